import { Problem } from "@ntd/service";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseIdentity, type Caller } from "../identity/caller.ts";
import type { Quota } from "./quotas.ts";
import { Usage, type Use } from "./usage.ts";

const quota: Quota = { callsPerSecond: 10, burst: 5, openStreams: 3, uploads: 1, bytesInHand: 100, connections: 2 };

function caller(name: string): Caller {
  const parsed = parseIdentity(`spiffe://ntd.test/isp/${name}`);
  if (parsed === undefined) throw new Error(name);
  return parsed;
}

function begun(outcome: Use | Problem): Use {
  if (outcome instanceof Problem) throw outcome;
  return outcome;
}

test("over a quota a call is refused with its name and value and with how to have it raised", () => {
  const usage = new Usage(() => quota);
  for (let n = 0; n < 3; n += 1) begun(usage.begin(caller("a"), false, 0));
  const refusal = usage.begin(caller("a"), false, 0);
  expect(refusal).toMatchObject({ reason: "RATE_LIMITED", metadata: { quota: "open_streams", limit: "3" } });
  expect((refusal as Problem).message).toMatch(/open_streams \(3\)[^]*an operator raises it in .*NTD_QUOTAS_FILE/);
});

test("each quota has its own refusal, and what ended counts no more", () => {
  const usage = new Usage(() => quota);
  const upload = begun(usage.begin(caller("a"), true, 0));
  expect(usage.begin(caller("a"), true, 0)).toMatchObject({ metadata: { quota: "uploads" } });
  expect(upload.receive(100)).toBeUndefined();
  expect(upload.receive(1)).toMatchObject({ metadata: { quota: "bytes_in_hand", limit: "100" } });
  upload.release();
  expect(upload.receive(100)).toBeUndefined();
  upload[Symbol.dispose]();
  upload[Symbol.dispose]();
  expect(begun(usage.begin(caller("a"), true, 0)).receive(100)).toBeUndefined();
  using first = usage.connect(caller("a"), 0);
  using second = usage.connect(caller("a"), 0);
  expect([first.refusal, second.refusal]).toEqual([undefined, undefined]);
  expect(usage.connect(caller("a"), 0).refusal).toMatchObject({ metadata: { quota: "connections" } });
});

test("what comes of a call after it has ended is in nobody's hand", () => {
  const usage = new Usage(() => quota);
  const upload = begun(usage.begin(caller("a"), true, 0));
  upload[Symbol.dispose]();
  expect(upload.receive(101)).toBeUndefined();
  expect(begun(usage.begin(caller("a"), true, 0)).receive(100)).toBeUndefined();
});

test("a call over the rate waits for its turn, and is refused when that is more than a second away", () => {
  const usage = new Usage(() => ({ ...quota, openStreams: 1000 }));
  const outcomes = Array.from({ length: 17 }, () => usage.begin(caller("a"), false, 0));
  const waits = outcomes.map((outcome) =>
    outcome instanceof Problem ? outcome.metadata["retry_after_ms"] : outcome.waitMs,
  );
  expect(waits.slice(0, 7)).toEqual([0, 0, 0, 0, 0, 100, 200]);
  expect(waits.slice(14)).toEqual([1000, "1100", "1100"]);
});

test("one identity's use is not another's, whatever they do", () => {
  const acts = fc.array(fc.tuple(fc.constantFrom("begin", "upload", "end"), fc.integer({ min: 0, max: 50 })), {
    maxLength: 200,
  });
  fc.assert(
    fc.property(acts, (flood) => {
      const usage = new Usage(() => quota);
      const open: Use[] = [];
      for (const [act, bytes] of flood) {
        if (act === "end") open.pop()?.[Symbol.dispose]();
        else {
          const outcome = usage.begin(caller("greedy"), act === "upload", 0);
          if (outcome instanceof Problem) continue;
          outcome.receive(bytes);
          open.push(outcome);
        }
      }
      expect(open.length).toBeLessThanOrEqual(quota.openStreams);
      expect(begun(usage.begin(caller("patient"), true, 0)).waitMs).toBe(0);
      for (const one of open) one[Symbol.dispose]();
      // All that was taken is given back.
      expect(usage.begin(caller("greedy"), true, 1_000_000)).not.toBeInstanceOf(Problem);
    }),
  );
});

test("who has nothing open and has rested is forgotten, and the table is bounded", () => {
  const usage = new Usage(() => quota, 3);
  const held = begun(usage.begin(caller("held"), false, 0));
  begun(usage.begin(caller("b"), false, 0))[Symbol.dispose]();
  begun(usage.begin(caller("c"), false, 0))[Symbol.dispose]();
  expect(usage.begin(caller("d"), false, 1)).toMatchObject({ reason: "RATE_LIMITED" });
  expect(begun(usage.begin(caller("d"), false, 1000)).waitMs).toBe(0);
  expect(usage.size).toBe(2);
  held[Symbol.dispose]();
});

test("a quota that changes holds from the next call on", () => {
  let now = quota;
  const usage = new Usage(() => now);
  begun(usage.begin(caller("a"), false, 0));
  now = { ...quota, openStreams: 1 };
  expect(usage.begin(caller("a"), false, 0)).toMatchObject({ metadata: { quota: "open_streams", limit: "1" } });
});

test("who loses three connections by misuse has none until ten seconds have passed, and others have theirs", () => {
  const usage = new Usage(() => quota);
  const bars = (name: string, nowMs: number) => usage.connect(caller(name), nowMs).isBarred;
  for (const nowMs of [0, 1, 2]) {
    expect(bars("a", nowMs)).toBe(false);
    usage.misuse(caller("a"), nowMs);
  }
  expect([bars("a", 3), bars("b", 3)]).toEqual([true, false]);
  expect([bars("a", 9_990), bars("a", 10_010)]).toEqual([true, false]);
});

test("who has misused connections is not forgotten before that is", () => {
  const usage = new Usage(() => quota);
  usage.connect(caller("a"), 0)[Symbol.dispose]();
  usage.misuse(caller("a"), 0);
  usage.connect(caller("b"), 9000)[Symbol.dispose]();
  usage.connect(caller("b"), 20_000)[Symbol.dispose]();
  expect(usage.size).toBe(1);
});
