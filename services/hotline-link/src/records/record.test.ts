import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aRecord, at } from "../../test/examples.ts";
import type { Rule } from "../answers/rules.ts";
import { answered, received, type StoredRecord } from "./record.ts";
import { recordFaults } from "./record-fault.ts";

const sealed = { keyId: "2020-01", nonce: new Uint8Array(12), ciphertext: new Uint8Array(16) };
const removed = { action: "HOTLINE_ACTION_CONTENT_REMOVED", reason: "HOTLINE_REASON_UNSPECIFIED" } as const;
const rules: Rule[] = [{ country: "NL", answers: [{ ...removed, afterMs: 60_000 }] }];
const one = aRecord();
const come = (known: StoredRecord | undefined, change: Parameters<typeof aRecord>[0], seconds: number) =>
  received(known, { record: { ...one, ...change }, sealed }, rules, at(seconds));

describe("a record", () => {
  test("is answered when its rule says", () => {
    const first = come(undefined, {}, 0);
    expect(first.dueAt).toEqual(at(60));
    expect(answered(first, rules)).toMatchObject({ given: 1 });
    expect(answered(first, rules).dueAt).toBeUndefined();
  });

  test("sent again is the same, and so is an older revision", () => {
    const newer = come(come(undefined, {}, 0), { revision: 3 }, 10);
    expect(come(newer, { revision: 3 }, 20)).toBe(newer);
    expect(come(newer, { revision: 2, isWithdrawn: true }, 20)).toBe(newer);
  });

  test("that is withdrawn or suspended is answered no more, until a revision that is neither", () => {
    const first = come(undefined, {}, 0);
    for (const change of [{ isWithdrawn: true }, { isSuspended: true }]) {
      const second = come(first, { revision: 2, ...change }, 10);
      expect(second.dueAt).toBeUndefined();
      expect(come(second, { revision: 3 }, 20).dueAt).toEqual(at(80));
    }
  });

  test("is never answered where no rule says how", () => {
    expect(come(undefined, { country: "DE" }, 0).dueAt).toBeUndefined();
  });

  test("ends at its newest revision, in whatever order they come and however often", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (revisions) => {
        let known: StoredRecord | undefined;
        for (const [i, revision] of revisions.entries()) known = come(known, { revision }, i);
        const newest = Math.max(...revisions);
        expect(known).toMatchObject({ revision: newest, receivedTime: at(revisions.indexOf(newest)) });
      }),
    );
  });
});

test.each([
  [{ reference: "one" }, "reference"],
  [{ revision: 0 }, "revision"],
  [{ country: "nl" }, "country"],
  [{ hotline: "" }, "hotline"],
  [{ url: "ftp://pictures.example/1.png" }, "url"],
  [{ url: "pictures.example" }, "url"],
  [{ assessment: "RECORD_ASSESSMENT_UNSPECIFIED" as const }, "assessment"],
  [{ isSuspended: true, isWithdrawn: true }, "is_suspended"],
])("%j is refused by its field, and the address is in no word of it", (change, field) => {
  const faults = recordFaults(aRecord(change));
  expect(faults.map((f) => f.field)).toEqual([`record.${field}`]);
  expect(JSON.stringify(faults)).not.toContain("pictures");
});

test("a record as hotlines exchange it has no fault", () => {
  expect(recordFaults(aRecord())).toEqual([]);
});
