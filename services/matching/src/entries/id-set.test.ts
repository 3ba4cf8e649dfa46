import { derivedId } from "@ntd/service";
import fc from "fast-check";
import { expect, test } from "vitest";
import { IdSet } from "./id-set.ts";
import { writeId } from "./packed-id.ts";

test("has the ids that were added, in either case, by their texts and by their bytes, and no others", () => {
  fc.assert(
    fc.property(fc.array(fc.uuid()), fc.array(fc.uuid()), (ids, others) => {
      const set = IdSet.of([...ids, ...ids.map((id) => id.toUpperCase())]);
      expect(set.size).toBe(new Set(ids).size);
      for (const id of [...ids, ...others]) {
        const view = new DataView(new ArrayBuffer(20));
        writeId(view, 3, id);
        expect([set.has(id), set.hasAt(view, 3)]).toEqual([ids.includes(id), ids.includes(id)]);
      }
    }),
  );
});

test("ids that differ in one digit alone, wherever it is, are told apart, and do not slow it down", () => {
  const zeros = "00000000-0000-0000-0000-000000000000";
  const close = zeros
    .split("")
    .flatMap((digit, at) => (digit === "-" ? [] : [`${zeros.slice(0, at)}7${zeros.slice(at + 1)}`]));
  expect(close.map((id) => IdSet.of([id])).map((set) => close.filter((id) => set.has(id)).length)).toEqual(
    close.map(() => 1),
  );
  const many = Array.from({ length: 50_000 }, (_, n) => `00000000-0000-0000-0000-${n.toString(16).padStart(12, "0")}`);
  const before = process.cpuUsage().user;
  const set = IdSet.of(many);
  expect(many.every((id) => set.has(id))).toBe(true);
  expect(process.cpuUsage().user - before).toBeLessThan(5_000_000);
});

test("what is no UUID is not taken, and an empty set has nothing", () => {
  const set = IdSet.of(["", "no id"]);
  expect([set.size, set.add("x"), set.has(""), set.has(derivedId("entry", 1))]).toEqual([0, false, false, false]);
});
