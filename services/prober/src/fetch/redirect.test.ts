import { runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nextOf, refreshOf } from "./redirect.ts";

const at = new URL("https://a.example/x");
const next = (status: number, headers: Record<string, string>) =>
  nextOf(status, new Map(Object.entries(headers).map(([name, value]) => [name, [value]])), at);
const to = (url: string, by: "location" | "refresh") => ({ is: "to", url, by });

describe("Location", () => {
  test.each([300, 301, 302, 303, 307, 308])("%i is followed", (status) => {
    expect(next(status, { location: "/y" })).toEqual(to("https://a.example/y", "location"));
  });
  test.each([200, 201, 304, 305, 404])("%i is not", (status) =>
    expect(next(status, { location: "/y" })).toBeUndefined(),
  );
  test("what is no address leads nowhere", () =>
    expect(next(302, { location: "http://[" })).toEqual({ is: "nowhere" }));
  test("an address that is longer than any of ours leads nowhere, escaped too", () => {
    expect(next(302, { location: `/${"y".repeat(8000)}` })).toMatchObject({ is: "to" });
    expect(next(302, { location: `/${"y".repeat(8192)}` })).toEqual({ is: "nowhere" });
    expect(next(302, { location: `/${" ".repeat(3000)}x` })).toEqual({ is: "nowhere" });
  });
  test("what is never followed is told apart", () => {
    expect(next(302, { location: "https://b.example/login?next=https://a.example/x" })).toEqual({
      is: "never_followed",
    });
    expect(next(302, { location: "/logout" })).toEqual({ is: "never_followed" });
  });
  test("goes before Refresh", () => {
    expect(next(302, { location: "/y", refresh: "0;url=/z" })).toEqual(to("https://a.example/y", "location"));
  });
});

describe("Refresh", () => {
  test.each(["0;url=/y", "0; URL='/y'", '0,url="/y"', "5 url=/y", " 0 ; /y ", "0.5;url=/y", ".5;url=/y", "0;url = /y"])(
    "%s is followed",
    (refresh) => expect(next(200, { refresh })).toEqual(to("https://a.example/y", "refresh")),
  );
  test.each([
    "",
    "url=/y",
    "x;url=/y",
    "11;url=/y",
    "300",
    "0;url=javascript:alert(1)",
    "0;url=data:,x",
    "0;url=ftp://b/",
  ])("%s is not", (refresh) => expect(next(200, { refresh })).toBeUndefined());

  test("a page that loads itself anew is what is there, unless it has set a cookie", () => {
    for (const refresh of ["0", "0;url=/x", "0;url=#a"]) {
      expect(next(200, { refresh })).toBeUndefined();
      expect(next(200, { refresh, "set-cookie": "a=b" })).toMatchObject({ is: "to" });
    }
  });

  test("an address that is longer than any of ours is not followed", () => {
    expect(next(200, { refresh: `0;url=/${"y".repeat(8192)}` })).toBeUndefined();
  });

  test("a picture has been shown, whatever comes then", () => {
    expect(next(200, { refresh: "0;url=/y", "content-type": "image/jpeg" })).toBeUndefined();
    expect(next(200, { refresh: "0;url=/y", "content-type": "text/html; charset=utf-8" })).toBeDefined();
  });

  test("under a status that refuses it may lead to the picture, but home is no other answer", () => {
    expect(next(404, { refresh: "0;url=/y" })).toEqual(to("https://a.example/y", "refresh"));
    expect(next(404, { refresh: "5;url=/" })).toBeUndefined();
    expect(next(404, { refresh: "5;url=https://b.example/" })).toBeDefined();
    expect(next(200, { refresh: "5;url=/" })).toBeDefined();
  });

  test("whatever is said is read in the time that its length takes", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0123.;,'" url=/x\t]{0,200}$/), (text) => {
        const seconds = refreshOf(text)?.seconds ?? 0;
        expect(Number.isInteger(seconds) && seconds >= 0).toBe(true);
      }),
      { numRuns: runs(200) },
    );
    const began = performance.now();
    refreshOf(`${" ".repeat(100_000)}x`);
    refreshOf(`0${" ".repeat(100_000)};${" ".repeat(100_000)}url${" ".repeat(100_000)}`);
    expect(performance.now() - began).toBeLessThan(500);
  });
});
