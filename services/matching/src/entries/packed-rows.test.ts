import fc from "fast-check";
import { expect, test } from "vitest";
import { PackedRows } from "./packed-rows.ts";

const step = fc.oneof(
  fc.record({ kind: fc.constant("stage" as const), count: fc.integer({ min: 1, max: 5000 }) }),
  fc.record({ kind: fc.constantFrom("settle" as const, "unstage" as const, "append" as const) }),
);

test("whatever is staged, settled, dropped and appended: the rows are those that count, and new ones are zeros", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const rows = new PackedRows(4);
      let [counted, staged]: [number[], number[]] = [[], []];
      let [next, areZeros] = [1, true];
      const write = (row: number) => {
        areZeros &&= rows.view(row).getUint32(rows.offset(row)) === 0;
        rows.view(row).setUint32(rows.offset(row), next);
        return next++;
      };
      for (const one of steps) {
        if (one.kind === "stage") for (let nth = 0; nth < one.count; nth++) staged.push(write(rows.stage()));
        else if (one.kind === "append" && staged.length > 0) expect(() => rows.append()).toThrow("staged");
        else if (one.kind === "append") counted.push(write(rows.append()));
        else if (one.kind === "settle") {
          rows.settle();
          [counted, staged] = [[...counted, ...staged], []];
        } else {
          rows.unstage();
          staged = [];
        }
        expect([rows.length, rows.staged]).toEqual([counted.length, staged.length]);
      }
      const read = [...rows.chunks()].flatMap(({ view, rows: count }) =>
        Array.from({ length: count }, (_, nth) => view.getUint32(nth * 4)),
      );
      expect([areZeros, read.join()]).toEqual([true, counted.join()]);
      const bytes = [...rows.parts()].reduce((sum, { length }) => sum + length, 0);
      expect(bytes).toBe(counted.length * 4);
      expect(() => rows.view(counted.length + staged.length)).toThrow(RangeError);
    }),
    { numRuns: 30 },
  );
});
