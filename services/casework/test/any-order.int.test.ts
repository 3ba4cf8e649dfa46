import { longest, runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { CaseFile } from "../src/cases/case.ts";
import { matchEvent, openHandlers, reportEvent, targetEvent, type Handlers } from "./bed.ts";
import { dieAt, untilDone } from "./dying.ts";
import { hit, later, negative, noon, sha256 } from "./facts.ts";

type Step = (ntd: Handlers) => Promise<void>;

const fingerprints = [{ algorithm: "ALGORITHM_MD5" as const, value: new Uint8Array(16), quality: 0 }];
const present =
  (episode: number): Step =>
  (ntd) =>
    ntd.target(targetEvent({ episode }), episode * 10 + 1);
const gone: Step = (ntd) => ntd.target(targetEvent({ state: "TARGET_STATE_GONE", goneTime: later(100) }), 12);
const fresh: Step = (ntd) => ntd.target(targetEvent({ state: "TARGET_STATE_NEW", content: undefined }), 10);

const steps: Step[] = [
  fresh,
  present(1),
  gone,
  present(2),
  (ntd) => ntd.match(matchEvent([hit(), sha256()]), 1),
  (ntd) => ntd.match(matchEvent([hit({ autoIssue: false }), negative()], { episode: 2 }), 2),
  (ntd) => ntd.report(reportEvent("before", noon)),
  (ntd) => ntd.report(reportEvent("at the edge", later(100), { channel: "CHANNEL_POLICE" })),
  (ntd) => ntd.report(reportEvent("after", later(101), { fingerprints })),
  (ntd) => ntd.report(reportEvent("much later", later(500))),
];

/** The end state: both cases, and how many reports there are. */
async function endOf(order: readonly Step[], together: number, dyingWrites: readonly number[] = []): Promise<unknown> {
  await using ntd = await openHandlers();
  ntd.listed.hits = [sha256()];
  const died = dieAt(ntd, dyingWrites);
  for (let at = 0; at < order.length; at += together) {
    await Promise.all(order.slice(at, at + together).map((step) => untilDone(() => step(ntd))));
  }
  expect(died.count).toBe(dyingWrites.length);
  const cases = await Promise.all([ntd.caseOf(1), ntd.caseOf(2)]);
  return { cases: cases.map(settled), reports: (await ntd.deps.links.count()).count };
}

// How often the first report moved until it was the right one depends on the order.
function settled(file: CaseFile | undefined) {
  return file && { ...file, requests: undefined, firstReportRevision: (file.firstReportRevision ?? 0) > 0 };
}

test(
  "reports, targets and matches end the same in whatever order, however often and however many at a time they come",
  { timeout: longest(120_000) },
  async () => {
    const expected = await endOf(steps, 1);
    expect(expected).toMatchObject({
      reports: 4,
      cases: [
        {
          progress: { kind: "auto_decided" },
          reports: { ids: ["at the edge", "before"], raised: true, firstTime: noon },
        },
        {
          progress: { kind: "queued", reason: "QUEUE_REASON_CONFLICT" },
          reports: { ids: ["much later", "after"], raised: true, firstTime: later(101) },
        },
      ],
    });
    const orders = fc.tuple(
      fc.shuffledSubarray(steps, { minLength: steps.length }),
      fc.array(fc.constantFrom(...steps), { maxLength: 4 }),
      fc.integer({ min: 1, max: 5 }),
    );
    await fc.assert(
      fc.asyncProperty(orders, async ([order, repeats, together]) => {
        expect(await endOf([...order, ...repeats], together)).toEqual(expected);
      }),
      { numRuns: runs(25) },
    );
  },
);

test(
  "a handler that is ended at any of its writes, and runs again, ends the same",
  { timeout: longest(120_000) },
  async () => {
    const expected = await endOf(steps, 1);
    const deaths = fc.uniqueArray(fc.integer({ min: 1, max: 14 }), { minLength: 1, maxLength: 6 });
    const order = fc.shuffledSubarray(steps, { minLength: steps.length });
    await fc.assert(
      fc.asyncProperty(order, deaths, async (shuffled, dyingWrites) => {
        expect(await endOf(shuffled, 1, dyingWrites)).toEqual(expected);
      }),
      { numRuns: runs(25) },
    );
  },
);

test("a target whose handler was ended behind its first write is finished when it comes again, though nothing else comes", async () => {
  await using ntd = await openHandlers();
  await ntd.report(reportEvent("waiting", noon));
  const died = dieAt(ntd, [1]);
  await untilDone(() => ntd.target(targetEvent(), 11));
  expect(died.count).toBe(1);
  expect((await ntd.caseOf(1))?.reports.ids).toEqual(["waiting"]);
});
