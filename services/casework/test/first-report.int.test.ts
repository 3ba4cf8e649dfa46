import { longest, runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openHandlers, reportEvent, targetEvent, type Handlers } from "./bed.ts";
import { later } from "./facts.ts";
import { linkIdOf, type Link } from "../src/links/link.ts";

const GONE = 100;
const gone = targetEvent({ state: "TARGET_STATE_GONE", goneTime: later(GONE) });

/** The case of each episode as its last event told it: when its first report was received, and how many it has. */
async function toldOf(ntd: Handlers) {
  const told = [];
  for (const episode of [1, 2]) {
    const { firstReportTime, firstReportRevision = 0, reportCount } = (await ntd.told(episode)) ?? {};
    if (firstReportTime !== undefined) expect(firstReportRevision).toBeGreaterThan(0);
    told.push({ first: firstReportTime, count: reportCount });
  }
  return told;
}

function expected(seconds: readonly number[]) {
  const first = seconds.length === 0 ? undefined : later(Math.min(...seconds));
  return { first, count: seconds.length };
}

test(
  "the first report of each episode is told, in whatever order they come",
  { timeout: longest(120_000) },
  async () => {
    const received = fc.uniqueArray(fc.integer({ min: -200, max: 400 }), { minLength: 1, maxLength: 40 });
    const story = received.chain((seconds) => {
      type Step = (ntd: Handlers) => Promise<void>;
      const steps: Step[] = [
        (ntd) => ntd.target(targetEvent(), 11),
        (ntd) => ntd.target(gone, 12),
        (ntd) => ntd.target(targetEvent({ episode: 2 }), 21),
        ...seconds.map(
          (at): Step =>
            (ntd) =>
              ntd.report(reportEvent(`at ${at}`, later(at))),
        ),
      ];
      const order = fc.shuffledSubarray(steps, { minLength: steps.length });
      return fc.tuple(fc.constant(seconds), order, fc.integer({ min: 1, max: 4 }));
    });
    await fc.assert(
      fc.asyncProperty(story, async ([seconds, steps, together]) => {
        await using ntd = await openHandlers();
        for (let at = 0; at < steps.length; at += together) {
          await Promise.all(steps.slice(at, at + together).map((step) => step(ntd)));
        }
        const early = seconds.filter((at) => at <= GONE);
        const late = seconds.filter((at) => at > GONE);
        expect(await toldOf(ntd)).toEqual([expected(early), expected(late)]);
      }),
      { numRuns: runs(15) },
    );
  },
);

test("of 10,000 reports of one address the first is told, whichever came first", async () => {
  await using ntd = await openHandlers();
  const links = Array.from({ length: 9999 }, (_, n) => {
    const reportId = `report ${n}`;
    const receivedTime = later(10 + n);
    const state: Link = {
      schemaVersion: 1,
      reportId,
      targetId: "target-1",
      receivedTime,
      channel: "CHANNEL_PUBLIC",
      nomination: "none",
    };
    return { id: linkIdOf(reportId, "target-1"), state };
  });
  await ntd.deps.links.insertMany(links);
  await ntd.target(targetEvent());
  expect(await ntd.told(1)).toMatchObject({ firstReportTime: later(10), reportCount: 9999 });
  await ntd.report(reportEvent("late in coming, first of all", later(3)));
  expect(await ntd.told(1)).toMatchObject({ firstReportTime: later(3), reportCount: 10_000 });
});

test("a case of release 0.2 tells its first report as soon as anything comes", async () => {
  await using ntd = await openHandlers();
  await ntd.report(reportEvent("r1", later(5)));
  await ntd.target(targetEvent());
  const { cases } = ntd.deps;
  const [stored] = await cases.find({ limit: 1 });
  if (stored === undefined) throw new Error("no case");
  const { firstReportRevision: _, reports, ...rest } = stored.state;
  const { firstTime: _first, ...earlier } = reports;
  await cases.save(stored, { ...rest, reports: earlier } as typeof stored.state);
  await ntd.target(targetEvent(), 2);
  expect(await ntd.told(1)).toMatchObject({ firstReportTime: later(5), firstReportRevision: 1 });
});
