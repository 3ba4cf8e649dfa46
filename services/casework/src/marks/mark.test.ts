import { isSamePerson, PERSONS } from "@ntd/facts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { later, noon } from "../../test/facts.ts";
import type { Refusal } from "../refusal.ts";
import { isEnded, isInForce, isSet, removedMark, withMark, type MarkFacts } from "./mark.ts";

const DAY = 24 * 3600;
const reason = { keyId: "2026-03", nonce: new Uint8Array(12), ciphertext: new Uint8Array(20) };
const address = { kind: "MARK_KIND_ADDRESS", digest: "d1", searched: "d1" } as const;
const host = { kind: "MARK_KIND_HOST", digest: "d2", searched: "d2" } as const;
const word = (by: string, seconds = 0, days = 90) => ({
  by,
  time: later(seconds),
  reason,
  expireTime: later(seconds + days * DAY),
});

function granted(outcome: MarkFacts | Refusal): MarkFacts {
  if ("refused" in outcome) throw new Error(outcome.detail);
  return outcome;
}

describe("a mark", () => {
  test("on an address is in force by one officer's word, and known cases are looked for", () => {
    const mark = granted(withMark(undefined, address, word("police/pam")));
    expect([isSet(mark), isInForce(mark, noon), mark.meetDueTime]).toEqual([true, true, later(30)]);
    expect(withMark(mark, address, word("police/pat", 5))).toMatchObject({ refused: "WRONG_STATE" });
  });

  test("on a host is in force once another officer typed the same, until the earlier of their times", () => {
    const first = granted(withMark(undefined, host, word("police/pam")));
    expect([isSet(first), first.meetDueTime]).toEqual([false, undefined]);
    expect(withMark(first, host, word("police/pam", 5))).toMatchObject({ refused: "SAME_PERSON" });
    const both = granted(withMark(first, host, word("police/pat", 5, 10)));
    expect(both).toMatchObject({ set: { by: "police/pam" }, confirmed: { by: "police/pat" } });
    expect([isInForce(both, later(5)), both.expireTime]).toEqual([true, later(5 + 10 * DAY)]);
    expect(both.meetDueTime).toEqual(later(35));
  });

  test("waits seven days for the second word, then anybody's is the first", () => {
    const first = granted(withMark(undefined, host, word("police/pam")));
    const again = granted(withMark(first, host, word("police/pat", 7 * DAY)));
    expect([isSet(again), again.set.by]).toEqual([false, "police/pat"]);
  });

  test("is over by its time, or once it is removed, and then for good", () => {
    const mark = granted(withMark(undefined, address, word("police/pam")));
    expect([isInForce(mark, later(90 * DAY)), isEnded(mark, later(90 * DAY))]).toEqual([false, true]);
    const removed = granted(removedMark(mark, "police/pat", later(5)));
    expect([isSet(removed), removed.meetDueTime]).toEqual([false, undefined]);
    expect(removedMark(removed, "police/pat", later(6))).toMatchObject({ refused: "WRONG_STATE" });
    expect(() => withMark(removed, address, word("police/pat", 6))).toThrow(
      expect.objectContaining({ reason: "VERSION_CONFLICT" }),
    );
  });
});

const names = fc.constantFrom("pam", "pat", "pia");
const words = fc.array(fc.record({ name: names, kind: fc.constantFrom("police", "operator"), days: fc.nat(9) }));
const marked = fc.constantFrom(
  address,
  host,
  { ...host, kind: "MARK_KIND_PREFIX" as const },
  { ...address, kind: "MARK_KIND_HASH" as const },
);

test("whoever types when: what takes two is in force by two alone", () => {
  const takesTwo = PERSONS.mark_host === 2 && PERSONS.mark_prefix === 2;
  expect(takesTwo).toBe(true);
  fc.assert(
    fc.property(marked, words, (what, all) => {
      let mark: MarkFacts | undefined;
      let seconds = 0;
      for (const { name, kind, days } of all) {
        seconds += days * DAY;
        if (mark !== undefined && isEnded(mark, later(seconds))) mark = undefined;
        const wish = withMark(mark, what, word(`${kind}/${name}`, seconds));
        if (!("refused" in wish)) mark = wish;
        if (mark === undefined || !isSet(mark)) continue;
        const { set, confirmed } = mark;
        const isOfTwo = what.kind === "MARK_KIND_HOST" || what.kind === "MARK_KIND_PREFIX";
        expect(confirmed !== undefined).toBe(isOfTwo);
        if (confirmed !== undefined) expect(isSamePerson(set.by, confirmed.by)).toBe(false);
      }
    }),
  );
});
