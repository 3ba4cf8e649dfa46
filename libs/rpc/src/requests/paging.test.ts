import { Problem } from "@ntd/service";
import fc from "fast-check";
import { expect, test } from "vitest";
import { pageSize, pageToken, readPageToken, type PageCursor } from "./paging.ts";

test.each([
  [0, 50],
  [1, 1],
  [200, 200],
  [201, 200],
  [2_147_483_647, 200],
])("a page size of %i means %i", (requested, used) => {
  expect(pageSize(requested)).toBe(used);
});

test.each([-1, 1.5, Number.NaN])("a page size of %d is refused by name", (requested) => {
  expect(() => pageSize(requested)).toThrow(/^page_size: /);
});

const value = fc.oneof(
  fc.string(),
  fc.double({ noDefaultInfinity: true, noNaN: true }),
  fc.boolean(),
  fc.date({ noInvalidDate: true }),
);

test("a token gives its cursor back and needs no escaping in a URL", () => {
  const cursor: fc.Arbitrary<PageCursor> = fc.oneof(
    fc.record({ id: fc.string() }),
    fc.record({ id: fc.string(), value }),
  );
  fc.assert(
    fc.property(cursor, (given) => {
      const token = pageToken(given);
      expect(token).toMatch(/^[\w-]+$/);
      // JSON has one zero.
      const read = readPageToken(token);
      expect(Object.is(read?.value, 0) ? { ...read, value: 0 } : read).toEqual(
        Object.is(given.value, -0) ? { ...given, value: 0 } : given,
      );
    }),
  );
});

test("no cursor is an empty token, and an empty token the first page", () => {
  expect(pageToken(undefined)).toBe("");
  expect(readPageToken("")).toBeUndefined();
});

test.each([
  "x",
  "bm9wZQ",
  ...["{}", "[]", "[1,2]", '["a"]', '["a",{}]', '["a",[]]', '["a",{"date":"x"}]'].map(encoded),
])("a token that is none of ours is refused: %s", (token) => {
  const refusal = catchProblem(() => readPageToken(token));
  expect(refusal?.fields.map((f) => f.field)).toEqual(["page_token"]);
});

test("any text at all is a cursor or a refusal", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json().map(encoded)), (token) => {
      expect(catchProblem(() => readPageToken(token))?.reason ?? "FIELD_INVALID").toBe("FIELD_INVALID");
    }),
  );
});

function encoded(json: string): string {
  return Buffer.from(json).toString("base64url");
}

function catchProblem(work: () => unknown): Problem | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return Problem.from(error);
  }
}
