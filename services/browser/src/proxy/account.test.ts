import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { Account, isMedium } from "./account.ts";

const answer = (status: number, headers: Record<string, string> = {}) => ({
  status,
  headers: new Map(Object.entries(headers).map(([name, value]) => [name, [value]])),
  body: (async function* () {})(),
});
const bytes = Buffer.from("a picture");

test("a medium is counted as it comes, and its digest is told once it came whole and as it is", () => {
  const account = new Account(9);
  const whole = account.medium("http://a.example/1", answer(200, { "content-type": "image/png" }));
  whole.take(bytes.subarray(0, 3));
  expect(account.media).toEqual([{ url: "http://a.example/1", mediaType: "image/png", bytes: 3 }]);
  whole.take(bytes.subarray(3));
  whole.end(true);
  expect(account.media[0]?.sha256).toEqual(createHash("sha256").update(bytes).digest());
  for (const [at, given, isWhole] of [
    ["cut", answer(200), false],
    ["packed", answer(200, { "content-encoding": "gzip" }), true],
    ["part", answer(206), true],
  ] as const) {
    const other = account.medium(`http://a.example/${at}`, given);
    other.take(bytes);
    other.end(isWhole);
  }
  expect(account.media.map(({ sha256 }) => sha256 !== undefined)).toEqual([true, false, false, false]);
});

test("a film that comes in parts is one medium, and what is over the bound is said, not kept", () => {
  const account = new Account(1);
  for (let part = 0; part < 2; part++) account.medium("http://a.example/film", answer(206)).take(bytes);
  expect(account.media).toMatchObject([{ bytes: 2 * bytes.length }]);
  expect(account.truncated).toBe(false);
  account.medium("http://a.example/2", answer(200)).take(bytes);
  expect(account.media.length).toBe(1);
  expect(account.truncated).toBe(true);
});

test("addresses and types as long as a host likes do not make what is told too long for one message", () => {
  const account = new Account(1000);
  for (let at = 0; at < 1000; at++)
    account.medium(`http://a.example/${at}/${"x".repeat(16_000)}`, answer(200, { "content-type": "i".repeat(16_000) }));
  expect(account.media.length).toBeGreaterThan(200);
  expect(JSON.stringify(account.media).length).toBeLessThan(4.5 * 1024 * 1024);
  expect(account.truncated).toBe(true);
});

test.each([
  ["image", 200, "image/png", true],
  ["image", 200, "", true],
  ["empty", 200, "image/webp", true],
  ["video", 206, "application/octet-stream", true],
  ["image", 404, "image/png", false],
  ["image", 200, "text/html; charset=utf-8", false],
  ["script", 200, "text/javascript", false],
  ["document", 200, "video/mp4", true],
])("wanted for %s, status %i, said to be %s: a medium %s", (wantedFor, status, type, is) =>
  expect(isMedium(wantedFor, answer(status, type === "" ? {} : { "content-type": type }))).toBe(is),
);

test("the head of the page is that of its address, or of where it was sent to if a script gave it another", () => {
  const account = new Account(1);
  expect(account.headOf("http://a.example/")).toBeUndefined();
  const heads = [301, 200, 404].map((status, at) => ({ url: `http://a.example/${at}`, status, headers: new Map() }));
  for (const head of heads) account.went(head);
  expect(account.headOf("http://a.example/2#part")).toBe(heads[2]);
  expect(account.headOf("http://a.example/made-up")).toBe(heads[1]);
});
