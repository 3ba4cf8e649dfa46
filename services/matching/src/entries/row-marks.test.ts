import fc from "fast-check";
import { expect, test } from "vitest";
import { RowMarks } from "./row-marks.ts";

test("has the rows that were marked, however often and in whatever order, and tells them in theirs", () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 5000 })), (rows) => {
      const marks = new RowMarks();
      const model = new Set<number>();
      for (const row of rows) {
        expect(marks.add(row)).toBe(!model.has(row));
        model.add(row);
      }
      expect(marks.size).toBe(model.size);
      expect([...marks]).toEqual([...model].toSorted((a, b) => a - b));
      for (const row of [...rows, 0, 31, 32, 63, 9999]) expect(marks.has(row)).toBe(model.has(row));
    }),
  );
});
