import fc from "fast-check";
import { expect, test } from "vitest";
import { guarded, unguarded } from "./guarded-text.ts";

test.each(["=1+1", "+49 30", "-1", "@SUM(A1)", "\t=1", "'=1", "''@x"])("%j gets a mark", (text) => {
  expect(guarded(text)).toBe(`'${text}`);
});

test.each(["", "file 1", "a=b", "'quoted'", "'", "1-2"])("%j is as it was", (text) => {
  expect([guarded(text), unguarded(text)]).toEqual([text, text]);
});

test("no text begins as a formula any more, and each is read as it was written", () => {
  const text = fc.string({ unit: fc.constantFrom("'", "=", "+", "-", "@", "\t", "\r", "a", " ") });
  fc.assert(
    fc.property(text, (one) => {
      expect(unguarded(guarded(one))).toBe(one);
      expect(guarded(one)).not.toMatch(/^[=+\-@\t\r]/);
    }),
  );
});
