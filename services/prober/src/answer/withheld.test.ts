import { describe, expect, test } from "vitest";
import { cpuMs } from "@ntd/testing/cpu-ms";
import { ANSWERED } from "../../test/withheld-pages.ts";
import { PAGE_BYTES } from "./text.ts";
import { isWithheld } from "./withheld.ts";

const head = (type = "text/html; charset=utf-8") => ({
  url: "http://h.example/u/k3.jpg",
  status: 200,
  headers: new Map([["content-type", [type]]]),
});

describe("of what stands in place of a picture", () => {
  test.each(Object.entries(ANSWERED))("%s", (_, { body, type, withheld }) => {
    expect(isWithheld(head(type), Buffer.from(body))).toBe(withheld);
  });
});

test("a picture or a long page is not withheld, whatever is written in it", () => {
  expect(isWithheld(head("image/gif"), Buffer.from("GIF89a\0\0too many requests"))).toBe(false);
  expect(
    isWithheld(head(), Buffer.from(`<p>Too many requests. ${"A story of the sea and its ships. ".repeat(50)}`)),
  ).toBe(false);
});

test("no page takes long", () => {
  for (const part of ["доступ ", "your request is ", "try a", "accept a b ", "in a ", "you are ", "a"]) {
    const body = Buffer.from(`<p>${part.repeat(PAGE_BYTES / part.length)}`);
    const run = Buffer.from(`<p>${part}${"a".repeat(PAGE_BYTES)}`);
    for (const bytes of [body, run])
      expect(
        cpuMs(() => isWithheld(head(), bytes)),
        part,
      ).toBeLessThan(1000);
  }
});
