import fc from "fast-check";
import { expect, test } from "vitest";
import { ID_BYTES } from "./entry-id.ts";
import { NumberedIds } from "./numbered-ids.ts";

const id = fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 3 })).map(([bucket, n]) => {
  const bytes = new Uint8Array(ID_BYTES);
  [bytes[0], bytes[15]] = [bucket, n];
  return bytes;
});
const added = fc.array(fc.tuple(fc.array(id, { maxLength: 3 }), fc.nat({ max: 9 })), { maxLength: 12 });
const keyOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");

function numbered(all: [Uint8Array[], number][], ids = new NumberedIds()): NumberedIds {
  for (const [some, number] of all) ids.add(Buffer.concat(some), number);
  return ids;
}

function told(ids: NumberedIds): Map<string, number> {
  return new Map([0, 1, 2].flatMap((bucket) => [...ids.numbersIn(bucket)]));
}

test("each id has the number with which it was added first", () => {
  fc.assert(
    fc.property(added, (all) => {
      const expected = new Map<string, number>();
      for (const [some, number] of all) {
        for (const one of some) if (!expected.has(keyOf(one))) expected.set(keyOf(one), number);
      }
      const ids = numbered(all);
      expect(told(ids)).toEqual(expected);
      expect([0, 1, 2].flatMap((bucket) => [...ids.keysIn(bucket)]).toSorted()).toEqual(
        [...expected.keys()].toSorted(),
      );
      expect(ids.count).toBe(all.reduce((sum, [some]) => sum + some.length, 0));
    }),
  );
});

test("what is added to a copy the first one does not have, and the other way round", () => {
  fc.assert(
    fc.property(added, added, added, (some, others, more) => {
      const first = numbered(some);
      const copied = numbered(others, first.copy());
      expect(told(first)).toEqual(told(numbered(some)));
      numbered(more, first);
      expect(told(first)).toEqual(told(numbered([...some, ...more])));
      expect(told(copied)).toEqual(told(numbered([...some, ...others])));
      expect(copied.count).toBe(numbered([...some, ...others]).count);
    }),
  );
});
