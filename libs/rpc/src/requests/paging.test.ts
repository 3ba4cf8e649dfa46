import { Problem } from "@ntd/service";
import fc from "fast-check";
import { expect, test } from "vitest";
import { listScope, pageCut, pageSize, pageToken, readPageToken, requirePage, type PageCursor } from "./paging.ts";

test.each([
  [0, 50],
  [1, 1],
  [200, 200],
  [201, 200],
  [2_147_483_647, 200],
])("a page size of %i means %i", (requested, used) => {
  expect(pageSize(requested)).toBe(used);
});

test("that a page is smaller than it was asked for is known, and only then", () => {
  expect([201, 200, 0, undefined].map((pageSize) => pageCut({ pageSize }))).toEqual([
    200,
    undefined,
    undefined,
    undefined,
  ]);
  expect(pageCut(undefined)).toBeUndefined();
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
      const token = pageToken(given, "scope");
      expect(token).toMatch(/^[\w-]+$/);
      // JSON has one zero.
      const read = readPageToken(token, "scope");
      expect(Object.is(read?.value, 0) ? { ...read, value: 0 } : read).toEqual(
        Object.is(given.value, -0) ? { ...given, value: 0 } : given,
      );
    }),
  );
});

test("no cursor is an empty token, and an empty token the first page", () => {
  expect(pageToken(undefined, "scope")).toBe("");
  expect(readPageToken("", "scope")).toBeUndefined();
});

test.each([
  "x",
  "bm9wZQ",
  ...[
    "{}",
    "[]",
    "[1,2,3]",
    '["a"]',
    '["a",null]',
    '["a",null,1]',
    '["a",{},"s"]',
    '["a",[],"s"]',
    '["a",{"date":"x"},"s"]',
  ].map(encoded),
])("a token that is none of ours is refused: %s", (token) => {
  const refusal = catchProblem(() => readPageToken(token, "scope"));
  expect(refusal?.fields.map((f) => f.field)).toEqual(["page_token"]);
});

test("both faults of a page are said at once", () => {
  const refusal = catchProblem(() => requirePage({ pageSize: -1, pageToken: "x" }));
  expect(refusal?.fields.map(({ field }) => field)).toEqual(["page_size", "page_token"]);
  expect(catchProblem(() => requirePage({ pageSize: 0, pageToken: pageToken({ id: "a" }, "any") }))).toBeUndefined();
});

test("a token goes on in the list that it came from alone, whatever else that is asked for", () => {
  const asked = fc.record({
    state: fc.string(),
    since: fc.option(fc.date({ noInvalidDate: true })),
    kinds: fc.array(fc.string()),
  });
  fc.assert(
    fc.property(asked, asked, fc.integer({ min: 0 }), (one, other, size) => {
      const from = listScope({ ...one, pageSize: 0, pageToken: "" }, "time");
      const token = pageToken({ id: "a" }, from);
      // Its size may change from page to page.
      expect(readPageToken(token, listScope({ ...one, pageSize: size, pageToken: token }, "time"))).toEqual({
        id: "a",
      });
      if (JSON.stringify(one) === JSON.stringify(other)) return;
      const refusal = catchProblem(() =>
        readPageToken(token, listScope({ ...other, pageSize: 0, pageToken: token }, "time")),
      );
      expect(refusal?.message).toMatch(
        /^page_token: is of a list with another filter or order; ask for the same again/,
      );
    }),
  );
  const request = { pageSize: 0, pageToken: "" };
  expect(
    catchProblem(() => readPageToken(pageToken({ id: "a" }, listScope(request, "a")), listScope(request, "b"))),
  ).toBeDefined();
});

test("numbers of any size are part of what a list is asked for", () => {
  const scopeOf = (version: bigint) => {
    const request = { pageSize: 0, pageToken: "", version };
    return listScope(request);
  };
  expect(scopeOf(1n)).not.toBe(scopeOf(2n));
});

test("any text at all is a cursor or a refusal", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json().map(encoded)), (token) => {
      expect(catchProblem(() => readPageToken(token, "scope"))?.reason ?? "FIELD_INVALID").toBe("FIELD_INVALID");
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
