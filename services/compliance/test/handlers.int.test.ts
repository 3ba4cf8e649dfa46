import { calledBy } from "./called-by.ts";
import { runs } from "@ntd/testing/runs";
import { assert, asyncProperty, shuffledSubarray, tuple } from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hold, holds } from "./cohort-story.ts";
import { answerEvent, caseEvent, type targetEvent } from "./example-events.ts";
import { at } from "./examples.ts";
import { listNoticeTimes } from "../src/scorecard/rpc-list-notice-times.ts";
import { openOneStore, type OneStore } from "./one-store.ts";
import { caseStep, clock, notice, played, report, target, type Step } from "./steps.ts";
import type { Collections } from "../src/store.ts";

let store: OneStore;
beforeAll(async () => {
  store = await openOneStore();
});
afterAll(() => store[Symbol.asyncDispose]());

const play = (steps: readonly Step[]) => played(store, steps);

const look = (eye: string) =>
  ({
    eye,
    observation: "OBSERVATION_ABSENT",
    reason: "PROBE_REASON_HTTP_NOT_FOUND",
    time: at(24),
    evidenceId: `evidence-${eye}`,
  }) as const;
const removed = { answers: [answerEvent("OUTCOME_REMOVED", 20)] };
const offered = { offeredTime: at(1), acknowledgedTime: at(2) };
const gone = {
  state: "TARGET_STATE_GONE",
  reason: "PROBE_REASON_HTTP_NOT_FOUND",
  lastSeenTime: at(25),
  goneTime: at(30),
  goneStrength: "GONE_STRENGTH_ABSENT",
  looks: [look("browser"), look("abroad")],
} satisfies Parameters<typeof targetEvent>[0];
const second = { noticeId: "notice-2", caseId: "case-2", decisionId: "decision-2", issuedTime: at(500) };
// As casework of release 0.2 tells it. Two reports, one removal, and the same address back in a second episode with a notice of its own.
const story: Step[] = [
  report(),
  report({ reportId: "report-2", receivedTime: at(-120) }),
  report({ reportId: "report-3", receivedTime: at(490) }),
  target(1),
  target(2, { lastSeenTime: at(25), cloaked: [look("declared")], looks: [look("declared"), look("browser")] }),
  target(3, { state: "TARGET_STATE_SUSPECT_GONE", lastSeenTime: at(25), goneTime: at(30) }),
  target(4, gone),
  target(5, { episode: 2, lastSeenTime: at(480) }),
  target(6, { episode: 2, lastSeenTime: at(700) }),
  target(7, { episode: 2, lastSeenTime: at(700), state: "TARGET_STATE_UNSEEN", lastLookTime: at(710) }),
  target(8, { episode: 2, lastSeenTime: at(700), restrictedHere: true, looks: [look("abroad")] }),
  caseStep(1),
  caseStep(2, { reportIds: ["report-2", "report-1"] }, "decision-1"),
  caseStep(1, { caseId: "case-2", episode: 2, reportIds: ["report-3"] }, "decision-2"),
  notice(1),
  notice(2, { offeredTime: at(1) }),
  notice(3, offered),
  notice(4, offered, removed),
  notice(1, second, { episode: 2 }),
  notice(2, { ...second, offeredTime: at(501) }, { episode: 2, answers: [answerEvent("OUTCOME_REMOVED", 600)] }),
];

test("a story in its own order ends with every dated fact, claimed and seen apart", async () => {
  const [first, again] = await play(story);
  expect(first).toMatchObject({
    reportedTime: at(-120),
    decidedTime: at(-5),
    offeredTime: at(1),
    acknowledgedTime: at(2),
    claimedOutcome: "OUTCOME_REMOVED",
    claimedTime: at(20),
    lastSeenTime: at(25),
    goneTime: at(30),
    goneBeforeOffer: false,
    claimedStillPresent: false,
  });
  expect(first).toMatchObject({
    targetState: "TARGET_STATE_GONE",
    targetReason: "PROBE_REASON_HTTP_NOT_FOUND",
    goneStrength: "GONE_STRENGTH_ABSENT",
    singleVantage: false,
    looks: [look("browser"), look("abroad")],
    cloaked: [],
  });
  expect(again).toMatchObject({ reportedTime: at(490), lastSeenTime: at(700), claimedStillPresent: true });
  expect(again).toMatchObject({ targetState: "TARGET_STATE_PRESENT", restrictedHere: true, looks: [look("abroad")] });
  expect(again?.goneTime).toBeUndefined();
});

test("the same events in any order, some of them twice, end the same", async () => {
  const expected = await play(story);
  const shuffled = tuple(shuffledSubarray(story, { minLength: story.length }), shuffledSubarray(story));
  await assert(
    asyncProperty(shuffled, async ([all, again]) => {
      expect(await play([...all, ...again])).toEqual(expected);
    }),
    { numRuns: runs(30) },
  );
});

test("whichever event comes last, it is taken in", async () => {
  const expected = await play(story);
  for (const last of story) {
    expect(await play([...story.filter((step) => step !== last), last])).toEqual(expected);
  }
});

test("handlers that run at the same time end the same", async () => {
  const expected = await play(story);
  const together: Step = async (collections) => {
    await Promise.all(story.toReversed().map((step) => step(collections)));
  };
  expect(await play([together])).toEqual(expected);
});

test("a miss that the prober has not yet called gone is not gone", async () => {
  const [time] = await play([target(3, { ...gone, state: "TARGET_STATE_SUSPECT_GONE" }), notice(2, offered)]);
  expect(time?.goneTime).toBeUndefined();
});

const kept = async ({ timelines }: Collections) => (await timelines.find({ limit: 1 }))[0];

test("a request to edit a page is told from one to remove a file by its decision, whichever event comes first", async () => {
  const { decision } = caseEvent({}, "decision-1");
  const asked = (embedded: boolean) =>
    caseStep(1, { decision: decision && { ...decision, ...(embedded && { embedded: { items: [] } }) } });
  for (const isOfPage of [true, false])
    for (const steps of [
      [asked(isOfPage), notice(1)],
      [notice(1), asked(isOfPage)],
    ])
      await store.inEmpty(async (collections) => {
        for (const step of steps) await step(collections);
        expect((await kept(collections))?.state.ofPage === true).toBe(isOfPage);
      });
});

/** `collections` in which `meanwhile` runs whole, once, ahead of that method of the timelines. */
function meeting(on: Collections, method: "pages" | "save", meanwhile: Step): Collections {
  let met = false;
  const meet = async () => {
    if (met) return;
    met = true;
    await meanwhile(on);
  };
  const { timelines } = on;
  const slow: Pick<Collections["timelines"], "pages" | "save"> = {
    async *pages(...args) {
      if (method === "pages") await meet();
      yield* timelines.pages(...args);
    },
    async save(...args) {
      if (method === "save") await meet();
      return timelines.save(...args);
    },
  };
  return { ...on, timelines: { ...on.timelines, ...slow } };
}

describe("a target's event", () => {
  const present = (version: number, looks = [look("browser")]) => target(version, { looks });
  const unseen = (version: number) => target(version, { state: "TARGET_STATE_UNSEEN", lastLookTime: at(9) });

  test("that changes no figure rewrites no timeline, and is listed all the same", async () => {
    await store.inEmpty(async (collections) => {
      await present(1)(collections);
      await notice(1)(collections);
      const before = await kept(collections);
      await present(2, [look("browser"), look("abroad")])(collections);
      expect((await kept(collections))?.version).toBe(before?.version);
      const range = { providerId: "", fromTime: at(-1000), toTime: at(1000), pageSize: 0, pageToken: "" };
      const list = (fromTime: Date) =>
        listNoticeTimes({ ...collections, clock })({ ...range, fromTime }, calledBy("regulator/rita"));
      const { noticeTimes } = await list(range.fromTime);
      expect(noticeTimes[0]?.looks.map(({ eye }) => eye)).toEqual(["browser", "abroad"]);
      // Who was shown what was decided of single cases left that behind, once for a page; one that shows nothing leaves nothing.
      expect((await list(at(999))).noticeTimes).toEqual([]);
      expect((await collections.readings.find({ limit: 9 })).map(({ state }) => state)).toEqual([
        {
          schemaVersion: 1,
          reader: "regulator/rita",
          kind: "decision",
          resource: "",
          caseId: "",
          readTime: clock.now(),
        },
      ]);
    });
  });

  test("that is overtaken by one that found nothing to write ends as the later says", async () => {
    await store.inEmpty(async (collections) => {
      await present(3)(collections);
      await notice(1)(collections);
      // The fourth has kept its view; before it comes to the timeline the fifth runs whole, which says what the third did.
      await unseen(4)(meeting(collections, "pages", present(5)));
      expect((await kept(collections))?.state.target?.unseen).toBeUndefined();
    });
  });

  test("that comes while a notice's handler has read the one before ends as the later says", async () => {
    await store.inEmpty(async (collections) => {
      await present(3)(collections);
      await notice(1)(collections);
      const cut = { ...collections, timelines: { ...collections.timelines, pages: () => [] as never } };
      await unseen(4)(cut);
      await notice(1)(meeting(collections, "save", present(5)));
      expect((await kept(collections))?.state.target?.unseen).toBeUndefined();
    });
  });

  test("of many looks keeps the newest twelve", async () => {
    const looks = Array.from({ length: 30 }, (_, n) => look(`eye-${n}`));
    const [time] = await play([target(1, { looks, cloaked: looks }), notice(1)]);
    expect(time?.looks).toEqual(looks.slice(-12));
    expect(time?.cloaked).toHaveLength(12);
  });
});

test("a case's event that is overtaken by one that found nothing to write ends as the later says", async () => {
  const inForce = hold("hold-1", -9);
  const held = (version: number, one = inForce) => caseStep(version, { holds: holds(one) }, "decision-1");
  await store.inEmpty(async (collections) => {
    await held(3)(collections);
    await notice(1)(collections);
    // While it waited for a supervisor another replica heard that it was renewed: in force, as before.
    await held(4, { ...inForce, waitsForSupervisor: true })(meeting(collections, "pages", held(5)));
    expect((await kept(collections))?.state.holds?.map(({ waits }) => waits)).toEqual([undefined]);
  });
});

test("a handler that was cut off after its own write is finished by the same event again", async () => {
  await store.inEmpty(async (collections) => {
    await notice(1)(collections);
    const killed = () => {
      throw new Error("killed");
    };
    const cut = { ...collections, timelines: { ...collections.timelines, pages: killed } };
    await expect(target(4, gone)(cut)).rejects.toThrow("killed");
    const goneTime = async () => (await collections.timelines.find({ limit: 1 }))[0]?.state.target?.goneTime;
    expect(await goneTime()).toBeUndefined();
    await target(4, gone)(collections);
    expect(await goneTime()).toEqual(at(30));
  });
});

test("an event with a value of a newer release or without its time is refused by name and changes nothing", async () => {
  await store.inEmpty(async (collections) => {
    const unreadable = { reason: "EVENT_UNREADABLE" };
    await expect(notice(1, { issuedTime: undefined })(collections)).rejects.toMatchObject(unreadable);
    await expect(notice(1, { state: "UNRECOGNIZED" })(collections)).rejects.toMatchObject(unreadable);
    const stronger = { ...gone, goneStrength: "UNRECOGNIZED" as const };
    await expect(target(1, stronger)(collections)).rejects.toMatchObject(unreadable);
    await expect(report({ receivedTime: undefined })(collections)).rejects.toMatchObject(unreadable);
    expect((await collections.timelines.count()).count).toBe(0);
    expect((await collections.reports.count()).count).toBe(0);
  });
});
