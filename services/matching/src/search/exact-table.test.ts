import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ExactTable } from "./exact-table.ts";
import { PackedRows } from "../entries/packed-rows.ts";

function tableOf(width: number, values: readonly Uint8Array[]): ExactTable {
  const table = new ExactTable(new PackedRows(width));
  for (const value of values) table.add(value);
  for (const _ of table.build()) continue;
  return table;
}

const numbered = (width: number, last: number) => {
  const value = new Uint8Array(width);
  new DataView(value.buffer).setUint32(width - 4, last);
  return value;
};

describe.each([16, 20, 32])("values of %i bytes", (width) => {
  // Few different values, so that there are equal ones and full neighbourhoods.
  const value = fc.nat({ max: 60 }).map((last) => numbered(width, last * 0x01010101));

  test("however many are taken in and hidden, each look-up finds the first equal one that is left, or none", () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 200 }), fc.array(fc.nat({ max: 199 })), value, (values, hide, other) => {
        const table = tableOf(width, values);
        const left = new Set(values.keys());
        for (const row of hide.filter((at) => at < values.length)) {
          table.hide(row);
          left.delete(row);
        }
        expect([...table.hidden].every((row) => !left.has(row))).toBe(true);
        for (const wanted of [...values, other]) {
          const first = [...left].find((row) => Buffer.compare(values[row] ?? other, wanted) === 0);
          expect(table.find(wanted)).toBe(first);
        }
      }),
    );
  });

  test("what is staged is found once it is settled, as if it had been there from the beginning, and never when dropped", () => {
    const values = fc.array(value, { maxLength: 60 });
    const batches = fc.array(fc.record({ values, isDropped: fc.boolean(), isPlaced: fc.boolean() }), { maxLength: 5 });
    fc.assert(
      fc.property(values, batches, (first, later) => {
        const table = tableOf(width, first);
        let all = first;
        const requireFound = (others: readonly Uint8Array[]) => {
          for (const one of [...all, ...others]) {
            const at = all.findIndex((same) => Buffer.compare(same, one) === 0);
            expect(table.find(one)).toBe(at < 0 ? undefined : at);
          }
        };
        for (const { values: some, isDropped, isPlaced } of later) {
          for (const one of some) table.stage(one);
          if (isPlaced || !isDropped) for (const _ of table.place()) requireFound(some);
          requireFound(some);
          if (isDropped) for (const _ of table.unstage()) requireFound(some);
          else {
            table.settle();
            all = [...all, ...some];
          }
          requireFound(some);
        }
      }),
    );
  });

  test("a value of another width is not found, and not taken in", () => {
    const table = tableOf(width, [numbered(width, 1)]);
    expect(table.find(numbered(width + 4, 1))).toBeUndefined();
    expect(() => table.add(numbered(width + 4, 1))).toThrow(RangeError);
  });

  test("a value inside a larger buffer is found", () => {
    const table = tableOf(width, [numbered(width, 7)]);
    const around = new Uint8Array(width + 9);
    around.set(numbered(width, 7), 5);
    expect(table.find(around.subarray(5, 5 + width))).toBe(0);
  });
});

test("a value takes its width and six bytes", () => {
  const table = tableOf(
    32,
    Array.from({ length: 10_000 }, (_, last) => numbered(32, last)),
  );
  expect(table.bytes / 10_000).toBeLessThan(32 + 6.01);
  expect(table.find(numbered(32, 9_999))).toBe(9_999);
});

test("values that differ in their last bytes alone do not slow it down", () => {
  const values = Array.from({ length: 100_000 }, (_, last) => numbered(20, last));
  const before = process.cpuUsage().user;
  const table = tableOf(20, values);
  expect(values.filter((value, row) => table.find(value) !== row)).toEqual([]);
  expect(process.cpuUsage().user - before).toBeLessThan(5_000_000);
});

test("an empty table finds nothing", () => {
  expect(tableOf(16, []).find(numbered(16, 0))).toBeUndefined();
});
