import { longest, runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { askMarks } from "../src/marks/rpc-ask-marks.ts";
import { setMark } from "../src/marks/rpc-set-mark.ts";
import { matchEvent, openHandlers, reportEvent, targetEvent, type Handlers } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { dieAt, untilDone } from "./dying.ts";
import { noon, sha256 } from "./facts.ts";

type Step = (ntd: Handlers) => Promise<unknown>;

const { address } = targetEvent();
const ids = ["5b1f3c0a-0000-4000-8000-000000000001", "5b1f3c0a-0000-4000-8000-000000000002"] as const;
const marking =
  (requestId: string, who: string): Step =>
  (ntd) => {
    const what = { $case: "host", value: "host.test" } as const;
    return setMark(ntd.deps)({ requestId, what, reason: "operation", expireTime: undefined }, calledBy(who));
  };

const steps: Step[] = [
  marking(ids[0], "police/pam"),
  marking(ids[1], "police/pat"),
  (ntd) => askMarks(ntd.deps)({ targetId: "target-1", episode: 1, address, resolvedIps: [] }),
  (ntd) => ntd.target(targetEvent(), 11),
  (ntd) => ntd.match(matchEvent([sha256()]), 1),
  (ntd) => ntd.report(reportEvent("a report", noon)),
];

async function endOf(order: readonly Step[], together: number, dyingWrites: readonly number[] = []) {
  await using ntd = await openHandlers();
  dieAt(ntd, dyingWrites);
  for (let at = 0; at < order.length; at += together) {
    await Promise.all(order.slice(at, at + together).map((step) => untilDone(() => step(ntd))));
  }
  const { progress, holds, metMarks = [], reports } = (await ntd.caseOf(1)) ?? {};
  const causes = holds?.all.map(({ cause, released }) => [cause, released]);
  return { progress, causes, marks: metMarks.length, reports: reports?.ids };
}

const expected = {
  progress: { kind: "auto_decided" },
  causes: [["HOLD_CAUSE_MARK", undefined]],
  marks: 1,
  reports: ["a report"],
};

test(
  "marks, questions and evidence in whatever order, however many at a time: held once, and the rest as ever",
  { timeout: longest(120_000) },
  async () => {
    expect(await endOf(steps, 1)).toEqual(expected);
    const orders = fc.tuple(
      fc.shuffledSubarray(steps, { minLength: steps.length }),
      fc.array(fc.constantFrom(...steps), { maxLength: 4 }),
      fc.integer({ min: 1, max: 6 }),
    );
    await fc.assert(
      fc.asyncProperty(orders, async ([order, repeats, together]) => {
        expect(await endOf([...order, ...repeats], together)).toEqual(expected);
      }),
      { numRuns: runs(40) },
    );
  },
);

test("ended at any write, and run again, they end the same", { timeout: longest(120_000) }, async () => {
  const deaths = fc.uniqueArray(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 5 });
  const order = fc.shuffledSubarray(steps, { minLength: steps.length });
  await fc.assert(
    fc.asyncProperty(order, deaths, async (shuffled, dyingWrites) => {
      expect(await endOf(shuffled, 1, dyingWrites)).toEqual(expected);
    }),
    { numRuns: runs(40) },
  );
});
