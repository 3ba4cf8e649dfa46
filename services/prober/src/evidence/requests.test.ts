import fc from "fast-check";
import { expect, test } from "vitest";
import { at } from "../../test/examples.ts";
import { PAGE_MS, pagesOf, requestsIn, type Request } from "./requests.ts";

const anyRequest: fc.Arbitrary<Request> = fc.record({
  time: fc.nat(300_000).map((ms) => new Date(at(0).getTime() + ms)),
  eye: fc.constantFrom("browser", "declared", "abroad"),
  host: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString("hex")),
});
const keyOf = ({ time, eye, host }: Request) => `${time.toISOString()} ${eye} ${host}`;

test("what is packed reads back as it was, in order of time, and no page spans more than a minute", () => {
  fc.assert(
    fc.property(fc.array(anyRequest, { maxLength: 50 }), (requests) => {
      const pages = pagesOf(requests);
      const read = pages.flatMap(requestsIn);
      expect(read.map(keyOf).toSorted()).toEqual(requests.map(keyOf).toSorted());
      expect(read.map(({ time }) => time)).toEqual(read.map(({ time }) => time).toSorted((a, b) => +a - +b));
      for (const { begin, end } of pages) expect(end.getTime() - begin.getTime()).toBeLessThanOrEqual(PAGE_MS);
    }),
  );
});

test("a request takes 22 bytes, and a page of very many is cut", () => {
  const many = Array.from({ length: 25_000 }, () => ({ time: at(0), eye: "browser", host: "0f".repeat(16) }));
  expect(pagesOf(many).map(({ rows }) => rows.length)).toEqual([220_000, 220_000, 110_000]);
  expect(pagesOf([])).toEqual([]);
});
