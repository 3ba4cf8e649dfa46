import type { CallContext } from "@ntd/rpc";
import { MovableClock, Problem } from "@ntd/service";
import { expect, test } from "vitest";
import { getFeedback } from "./rpc-get-feedback.ts";

const metadata = { get: (key: string) => (key === "x-ntd-caller" ? "spiffe://t/reporter/one" : undefined) };
const context = { metadata, signal: new AbortController().signal } as unknown as CallContext;
const months = { fromTime: new Date("2026-01-01T00:00:00Z"), untilTime: new Date("2026-02-01T00:00:00Z") };

/** Every count is `n`, as long as that is what there is; nothing is lacking anywhere. */
function counting(now: string) {
  const counted = { n: 30 };
  const count = ({ lacks = 0 }) => Promise.resolve({ count: lacks === 0 ? counted.n : 0, isMore: false });
  const told = new Map<string, object>();
  const monthsOfVerdicts = {
    load: (id: string) => Promise.resolve(told.has(id) ? { id, version: 1, state: told.get(id) } : undefined),
    insert: async (id: string, state: object) => void told.set(id, state),
  };
  const deps = { reports: { count }, filings: { count }, monthsOfVerdicts, targetKey: new Uint8Array(32) };
  const ask = getFeedback({ ...deps, clock: new MovableClock(new Date(now)) } as never);
  return { counted, ask: () => ask({ ...months, submitter: "" }, context) };
}

test("of a month that is not settled no verdict is told", async () => {
  const { decidedCount, illegalCount, targetCount } = await counting("2026-03-02T23:59:59Z").ask();
  expect([decidedCount, illegalCount, targetCount]).toEqual([0, undefined, 30]);
});

test("what was told of a month once is told again, whatever is decided since", async () => {
  const { counted, ask } = counting("2026-03-03T00:00:00Z");
  const first = await ask();
  expect(first.decidedCount).toBe(60);
  counted.n = 40;
  expect(await ask()).toMatchObject({ decidedCount: 60, illegalCount: first.illegalCount, targetCount: 40 });
});

test("all that is wrong with a request is said at once", async () => {
  const ask = getFeedback({} as never);
  const asked = ask({ submitter: "reporter/another", fromTime: undefined, untilTime: undefined }, context);
  const { fields } = Problem.from(await asked.catch((error: unknown) => error));
  expect(fields.map(({ field }) => field)).toEqual(["submitter", "from_time"]);
});
