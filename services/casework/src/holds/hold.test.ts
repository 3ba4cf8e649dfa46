import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { file, later, noon, reports } from "../../test/facts.ts";
import type { CaseFile } from "../cases/case.ts";
import type { Refusal } from "../refusal.ts";
import {
  heldByMark,
  heldByOfficer,
  heldByRule,
  holdDueTime,
  holdOrder,
  holdsInForce,
  isLookHeld,
  released,
  withChanged,
  withExpired,
  type CaseHold,
} from "./hold.ts";
import { publishedHolds } from "./published-holds.ts";

const HOUR = 3600;
const reason = { keyId: "2026-03", nonce: new Uint8Array(12), ciphertext: new Uint8Array(20) };
const officers = (holdId = "h1", sinceTime = noon): Omit<CaseHold, "cause"> => ({
  holdId,
  by: "police/pam",
  sinceTime,
  expireTime: new Date(sinceTime.getTime() + 24 * HOUR * 1000),
  reason,
});
const mark = (n = 1) => ({ holdId: `m${n}`, by: "police/pat", markId: `mark-${n}` });
const rule = { holdId: "r1", by: "known" };
const atRisk = (before: CaseFile): CaseFile => ({ ...before, reports: reports({ lifeAtRisk: "said" }) });

function granted(outcome: CaseFile | Refusal): CaseFile {
  if ("refused" in outcome) throw new Error(outcome.detail);
  return outcome;
}

const held = granted(heldByOfficer(file(), officers()));
const inForce = (some: CaseFile) => holdsInForce(some).map(({ holdId }) => holdId);

describe("a hold", () => {
  test("is in force until its time is over, and ends by itself", () => {
    expect(holdDueTime(held)).toEqual(later(24 * HOUR));
    expect(withExpired(held, later(24 * HOUR - 1))).toBe(held);
    const over = withExpired(held, later(24 * HOUR));
    expect(over.holds?.all).toEqual([{ ...held.holds?.all[0], released: { time: later(24 * HOUR) } }]);
    expect([holdDueTime(over), holdOrder(over)]).toEqual([undefined, undefined]);
    expect(publishedHolds(over)?.holds).toMatchObject([{ expired: true, releasedTime: later(24 * HOUR) }]);
  });

  test("ends by an officer's word, which is final", () => {
    const word = { by: "police/pat", reason, onlyWaiting: false };
    const done = granted(released(held, "h1", word, later(5)));
    expect(publishedHolds(done)?.holds).toMatchObject([{ expired: false, releasedTime: later(5) }]);
    expect(released(done, "h1", word, later(6))).toMatchObject({ refused: "WRONG_STATE" });
    expect(released(done, "another", word, later(6))).toMatchObject({ refused: "WRONG_STATE" });
    expect(withExpired(done, later(48 * HOUR))).toBe(done);
    const proposed = { by: "police/pat", time: noon, expireTime: later(200 * HOUR) };
    const half = withChanged(held, "h1", (hold) => ({ ...hold, proposed }));
    expect(granted(released(half, "h1", word, later(5))).holds).toEqual(done.holds);
  });

  test("waits for a supervisor where life is at risk, and as long as it is", () => {
    const waiting = withExpired(atRisk(held), later(24 * HOUR));
    expect(waiting.holds?.all).toMatchObject([{ waitsForSupervisor: true }]);
    expect([holdDueTime(waiting), holdOrder(waiting)]).toEqual([undefined, later(24 * HOUR)]);
    expect(withExpired(waiting, later(99 * HOUR))).toBe(waiting);
    const safe = { ...waiting, reports: reports() };
    expect(holdDueTime(safe)).toEqual(later(24 * HOUR));
    expect(inForce(withExpired(safe, later(25 * HOUR)))).toEqual([]);
    const supervisor = { by: "assessor/sue", reason, onlyWaiting: true };
    expect(released(atRisk(held), "h1", supervisor, noon)).toMatchObject({ refused: "WRONG_STATE" });
    const done = granted(released(waiting, "h1", supervisor, later(25 * HOUR)));
    expect(inForce(done)).toEqual([]);
    expect(publishedHolds(done)?.holds).toMatchObject([{ waitsForSupervisor: false }]);
  });

  test("is one of many: the case is held while any is in force", () => {
    const three = heldByRule(heldByMark(held, mark(), later(1)), rule, 7_200_000, later(2));
    expect(inForce(three)).toEqual(["h1", "m1", "r1"]);
    expect(holdDueTime(three)).toEqual(later(2 * HOUR + 2));
    expect(inForce(withExpired(three, later(3 * HOUR)))).toEqual(["h1", "m1"]);
    expect(publishedHolds(three)?.holds.map(({ looksGoOn }) => looksGoOn)).toEqual([false, false, true]);
  });
});

test("a first look is kept back by a hold that asks for none, and not by one that names how often, or keeps notices alone", () => {
  const slow = granted(heldByOfficer(file(), { ...officers(), lookEveryMs: 60_000 }));
  const first = heldByRule(file(), rule, HOUR * 1000, noon);
  expect([file(), slow, first, held].map(isLookHeld)).toEqual([false, false, false, true]);
  expect(isLookHeld(heldByMark(slow, mark(), noon))).toBe(true);
});

describe("what a mark or a rule holds", () => {
  test("it holds once, also when that is over", () => {
    const over = withExpired(heldByMark(file(), mark(), noon), later(24 * HOUR));
    expect(inForce(over)).toEqual([]);
    expect(heldByMark(over, mark(), later(25 * HOUR))).toBe(over);
    const first = withExpired(heldByRule(file(), rule, 7_200_000, noon), later(2 * HOUR));
    expect(heldByRule(first, { ...rule, holdId: "r2" }, 7_200_000, later(3 * HOUR))).toBe(first);
    expect(heldByRule(file(), rule, 0, noon)).toEqual(file());
  });

  test("a rule's ends by itself though life is at risk", () => {
    const both = atRisk(heldByRule(held, rule, 7_200_000, noon));
    expect(inForce(withExpired(both, later(2 * HOUR)))).toEqual(["h1"]);
  });

  test("many marks make few holds, which last as long", () => {
    let many = file();
    for (let n = 1; n <= 30; n++) many = heldByMark(many, mark(n), later(n));
    expect(inForce(many)).toHaveLength(8);
    expect(many.metMarks).toHaveLength(30);
    expect(holdsInForce(many).at(-1)?.expireTime).toEqual(later(24 * HOUR + 30));
    expect(granted(heldByOfficer(many, officers())).holds?.all).toHaveLength(9);
  });

  test("another mark does not make it last over seven days, which takes two others", () => {
    let many = file();
    for (let n = 1; n <= 8; n++) many = heldByMark(many, mark(n), noon);
    const newest = (some: CaseFile) => holdsInForce(some).at(-1)?.expireTime;
    const within = heldByMark(many, mark(9), later(6 * 24 * HOUR));
    expect(newest(within)).toEqual(later(7 * 24 * HOUR));
    const beyond = heldByMark(within, mark(10), later(6 * 24 * HOUR + 1));
    expect(newest(beyond)).toEqual(later(7 * 24 * HOUR));
    expect(beyond.metMarks).toContain("mark-10");
  });

  test("another mark ends none of them sooner", () => {
    let many = file();
    for (let n = 1; n <= 8; n++) many = heldByMark(many, mark(n), noon);
    const renewed = withChanged(many, "m8", (hold) => ({ ...hold, expireTime: later(72 * HOUR) }));
    expect(holdsInForce(heldByMark(renewed, mark(9), later(1))).at(-1)?.expireTime).toEqual(later(72 * HOUR));
  });

  test("the newest 200 marks that it met are remembered", () => {
    let many = file();
    for (let n = 1; n <= 201; n++) many = heldByMark(many, mark(n), noon);
    expect([many.metMarks?.length, many.metMarks?.[0], many.metMarks?.at(-1)]).toEqual([200, "mark-2", "mark-201"]);
  });
});

test("officers hold a case eight times at a time", () => {
  let many = file();
  for (let n = 1; n <= 8; n++) many = granted(heldByOfficer(many, officers(`h${n}`)));
  expect(heldByOfficer(many, officers("h9"))).toMatchObject({ refused: "WRONG_STATE" });
  expect(granted(heldByOfficer(held, officers())).holds).toEqual(held.holds);
});

const step = fc.record({
  by: fc.constantFrom("officer", "mark", "rule", "release", "risk", "safe"),
  seconds: fc.nat(30 * HOUR),
  n: fc.nat(40),
});

test("whatever comes: never more than 20, releases are final, and nothing outlives its time but where life is at risk", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      let now = noon;
      let some = file();
      steps.forEach(({ by, seconds, n }, at) => {
        now = new Date(now.getTime() + seconds * 1000);
        const before = withExpired(some, now);
        some = after(before, by, { n, at, now });
        expect(finals(some)).toMatchObject(kept(before, some));
        expect(publishedHolds(some)?.holds.length ?? 0).toBeLessThanOrEqual(20);
        const over = holdsInForce(withExpired(some, now)).filter(({ expireTime }) => expireTime <= now);
        expect(over.every(({ waitsForSupervisor }) => waitsForSupervisor)).toBe(true);
        if (some.reports.lifeAtRisk === undefined) expect(over).toEqual([]);
      });
    }),
  );
});

function after(before: CaseFile, by: string, { n, at, now }: { n: number; at: number; now: Date }): CaseFile {
  if (by === "risk") return atRisk(before);
  if (by === "safe") return { ...before, reports: reports() };
  if (by === "mark") return heldByMark(before, mark(n), now);
  if (by === "rule") return heldByRule(before, { holdId: `r${at}`, by: "known" }, n * 600_000, now);
  const word = { by: "police/pat", reason, onlyWaiting: false };
  const hold = before.holds?.all[n % (before.holds.all.length || 1)];
  const wish =
    by === "release"
      ? released(before, hold?.holdId ?? "none", word, now)
      : heldByOfficer(before, officers(`h${at}`, now));
  return "refused" in wish ? before : wish;
}

function finals({ holds }: CaseFile): Record<string, unknown> {
  return Object.fromEntries((holds?.all ?? []).map(({ holdId, released: how }) => [holdId, how]));
}

/** What was released before and is still named. */
function kept(before: CaseFile, now: CaseFile): Record<string, unknown> {
  const named = finals(now);
  return Object.fromEntries(Object.entries(finals(before)).filter(([id, how]) => how !== undefined && id in named));
}

test("how long it was kept by what is named no more is summed, each moment once", () => {
  let some = file();
  for (let n = 0; n < 30; n++) {
    some = granted(heldByOfficer(some, officers(`h${n}`, later(n * HOUR))));
    // Each is released half an hour after the next one began.
    if (n > 0) {
      const word = { by: "police/pat", reason, onlyWaiting: false };
      some = granted(released(some, `h${n - 1}`, word, later(n * HOUR + HOUR / 2)));
    }
  }
  expect(some.holds?.all).toHaveLength(20);
  // Ten are named no more: from the first hour to half past the tenth.
  expect(publishedHolds(some)?.earlier?.seconds).toBe(BigInt(10.5 * HOUR));
});
