import { generatePicture } from "@ntd/imagehash/generated";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cpuMs } from "@ntd/testing/cpu-ms";
import { NO_WALLS } from "../../test/no-wall-pages.ts";
import { WALLS, type WallPage } from "../../test/wall-pages.ts";
import { ANTIBOT } from "./antibot.ts";
import { CHALLENGES } from "./challenges.ts";
import * as gates from "./gates.ts";
import { PAGE_BYTES } from "./text.ts";
import { wallOf } from "./wall.ts";

describe("of the pages of hosts", () => {
  test.each(Object.entries({ ...WALLS, ...NO_WALLS }))("%s", (_, page) => expect(judged(page) ?? "none").toBe(page.is));
});

test("a picture is no wall, whatever comes with it", async () => {
  const picture = await generatePicture(1);
  const headers = new Map([
    ["set-cookie", ["datadome=x", "age_verified=0"]],
    ["x-datadome-cid", ["x"]],
  ]);
  expect(wallOf({ url: "https://h.example/login", status: 200, headers }, picture)).toBeUndefined();
});

test("the rules of is-antibot are there, and each sign says something", () => {
  expect(ANTIBOT.length).toBeGreaterThan(40);
  for (const sign of [...CHALLENGES, ...ANTIBOT]) {
    const parts = [sign.url, sign.header, sign.cookie, sign.markup, sign.tags, sign.scripts, sign.title, sign.text];
    expect(
      parts.some((part) => part !== undefined),
      sign.name,
    ).toBe(true);
  }
});

const patterns = [
  ...[...CHALLENGES, ...ANTIBOT].flatMap(({ url, tags, scripts = [], title, text, markup, cookie }) => [
    url,
    tags,
    ...scripts,
    title,
    text,
    markup,
    cookie,
  ]),
  ...Object.values(gates),
].filter((pattern) => pattern instanceof RegExp);

test("no pattern takes long over text that is made of its own parts", () => {
  expect(patterns.length).toBeGreaterThan(80);
  for (const pattern of patterns) {
    const literals = [...(pattern.source.match(/[a-z0-9 _<>="'-]{3,}/gi) ?? []).slice(0, 40), " src=", " ", "a"];
    for (const part of literals) {
      const ms = cpuMs(() => {
        pattern.test(part.repeat(60_000 / part.length));
      });
      // Quadratic would be the better part of a second at the least, linear is a few milliseconds.
      expect(ms, `${pattern.source.slice(0, 80)} of ${part}`).toBeLessThan(300);
    }
  }
});

test("whatever comes is judged, and soon", () => {
  const parts = fc.constantFrom(
    "<form>",
    "<input type=password>",
    "captcha",
    "<script>",
    "18",
    "<title>",
    "</",
    ">",
    "sign in to view",
    "\0",
  );
  const head = fc.record({
    url: fc.constantFrom("https://h.example/login", "https://h.example/a.jpg", "http://192.0.2.1/over18"),
    status: fc.integer({ min: 200, max: 599 }),
    headers: fc
      .dictionary(fc.constantFrom("set-cookie", "content-type", "cf-mitigated", "server"), fc.array(fc.string()))
      .map((all) => new Map(Object.entries(all))),
  });
  fc.assert(
    fc.property(head, fc.array(fc.oneof(parts, fc.string()), { maxLength: 50 }), (answer, all) => {
      expect([undefined, "CHALLENGE", "LOGIN_WALL", "AGE_GATE", "GEO_FENCE"]).toContain(
        wallOf(answer, Buffer.from(all.join(""))),
      );
    }),
  );
  const ms = cpuMs(() => {
    for (const part of [
      "<script src=",
      "<title",
      "<title>",
      "captcha ",
      "<meta http-equiv=",
      "are you ",
      "\t",
      "404",
      "<a>",
      "<img src= ",
    ]) {
      judged({ is: "none", html: `<html>${part.repeat(PAGE_BYTES / part.length)}` });
    }
  });
  expect(ms).toBeLessThan(10_000);
});

function judged({ html, url = "https://h.example/u/a.jpg", status = 200, headers = {} }: WallPage) {
  const lists = Object.entries(headers).map(([name, value]) => [name, [value].flat()] as const);
  return wallOf({ url, status, headers: new Map(lists) }, Buffer.from(html));
}
