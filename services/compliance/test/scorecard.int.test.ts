import { inSlices } from "@ntd/service";
import { runs } from "@ntd/testing/runs";
import { array, assert, asyncProperty, boolean, constantFrom, integer, option, record } from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answer, at, timelineExample } from "./examples.ts";
import { cohortOf } from "../src/scorecard/cohort.ts";
import { columnsOf, numbersOf } from "../src/scorecard/notice-numbers.ts";
import { scorecard } from "../src/scorecard/scorecard.ts";
import { openOneStore, type OneStore } from "./one-store.ts";
import { timelineId, type Collections } from "../src/store.ts";
import { timesOf, type TargetFacts, type Timeline } from "../src/timelines/timeline.ts";

let store: OneStore;
beforeAll(async () => {
  store = await openOneStore();
});
afterAll(() => store[Symbol.asyncDispose]());

function holding<T>(cohort: readonly Timeline[], work: (collections: Collections) => Promise<T>): Promise<T> {
  const documents = cohort.map((state) => {
    return { id: timelineId(state.notice.noticeId, state.notice.targetId), state };
  });
  return store.inEmpty(async (collections) => {
    await collections.timelines.insertMany(documents);
    return await work(collections);
  });
}

const AS_OF = at(1000).getTime();
const fromStates = (cohort: readonly Timeline[]) =>
  inSlices(scorecard([columnsOf(cohort.map((timeline) => numbersOf(timesOf(timeline))))], AS_OF));

const second = integer({ min: -50, max: 500 });
const maybe = option(second, { nil: undefined }).map((s) => (s === undefined ? undefined : at(s)));
const outcome = constantFrom(
  ...(["REMOVED", "ACCESS_DISABLED", "BLOCKED", "ALREADY_GONE", "NOT_HOSTED_HERE", "DISPUTED"] as const),
);
const timelines = array(
  record({
    providerId: constantFrom("isp-1", "isp-2"),
    environment: constantFrom("ENVIRONMENT_TEST", "ENVIRONMENT_DEMO", "ENVIRONMENT_LIVE"),
    withdrawn: boolean(),
    issued: second,
    offeredTime: maybe,
    acknowledgedTime: maybe,
    answers: array(record({ outcome, seconds: second }), { maxLength: 3 }),
    gone: maybe,
    seen: maybe,
    known: boolean(),
    reported: maybe,
    says: constantFrom<Partial<TargetFacts>>(
      {},
      { goneStrength: "GONE_STRENGTH_REPLACED", singleVantage: true },
      { goneStrength: "GONE_STRENGTH_SILENCE_0_2" },
      { unseen: { lastLookTime: at(9) }, cloaked: true },
      { restrictedHere: true },
    ),
    byPerson: boolean(),
    doubted: option(second, { nil: undefined }),
    doubtLasts: boolean(),
    reversed: maybe,
    back: maybe,
  }),
  { maxLength: 25 },
).map((all) =>
  all.map(({ issued, answers, gone, seen, known, reported, says, byPerson, ...given }, n): Timeline => {
    const { doubted, doubtLasts, reversed, back, ...notice } = given;
    const said = answers.map(({ outcome: word, seconds }, i) => answer(`OUTCOME_${word}`, seconds, i + 1));
    const sightings = { lastSeenTime: seen, goneTime: gone };
    const doubts = {
      ...(doubted !== undefined && {
        suspensions: [{ from: at(doubted), ...(!doubtLasts && { to: at(doubted + 9) }) }],
      }),
      ...(reversed && { reversed: { withdrawnTime: reversed, ...(back && { restoredTime: back }) } }),
    };
    const facts = {
      ...notice,
      ...sightings,
      ...doubts,
      noticeId: `notice-${n}`,
      issuedTime: at(issued),
      answers: said,
    };
    const timeline = timelineExample(facts, known ? { ...sightings, ...says } : undefined);
    return { ...timeline, reportedTime: reported, ...(byPerson && { byPerson }) };
  }),
);

test("read as columns or from the timelines themselves, the figures are the same", async () => {
  await assert(
    asyncProperty(timelines, constantFrom(undefined, "isp-1"), async (cohort, providerId) => {
      await holding(cohort, async (collections) => {
        const range = { providerId, from: at(0), to: at(400) };
        const found = await inSlices(scorecard(await cohortOf(collections.timelines, range), AS_OF));
        const inRange = cohort.filter(({ notice }) => {
          const isIn = notice.issuedTime >= range.from && notice.issuedTime < range.to;
          return isIn && (providerId === undefined || notice.providerId === providerId);
        });
        expect(found).toEqual(await fromStates(inRange));
      });
    }),
    { numRuns: runs(60) },
  );
});

test("a timeline that was written without its columns is read itself", async () => {
  const cohort = [timelineExample({ offeredTime: at(1) }, { goneTime: at(60) })];
  await holding(cohort, async ({ timelines: stored }) => {
    const unfilled: typeof stored.project = async (...args) => {
      const read = await stored.project(...args);
      for (const [name, values] of Object.entries(read.columns))
        if (values instanceof Float64Array && name !== "issuedTime") values.fill(NaN);
      return read;
    };
    const range = { providerId: undefined, from: at(-1), to: at(1) };
    const found = await inSlices(scorecard(await cohortOf({ ...stored, project: unfilled }, range), AS_OF));
    expect(found).toEqual(await fromStates(cohort));
    expect(found.figures.find(({ name }) => name === "observed_gone")?.value).toEqual({ kind: "count", count: 1 });
  });
});

test("a cohort of more than one part is whole, also where many were issued in the same moment", async () => {
  const cohort = Array.from({ length: 20_500 }, (_, n) =>
    timelineExample({ noticeId: `notice-${n}`, issuedTime: at(Math.floor(n / 15_000)) }),
  );
  await holding(cohort, async (collections) => {
    const parts = await cohortOf(collections.timelines, { providerId: undefined, from: at(0), to: at(10) });
    expect(parts.map(({ length }) => length)).toEqual([10_000, 10_000, 500]);
    const { figures } = await inSlices(scorecard(parts, AS_OF));
    expect(figures.find(({ name }) => name === "issued")?.value).toEqual({ kind: "count", count: 20_500 });
  });
});
