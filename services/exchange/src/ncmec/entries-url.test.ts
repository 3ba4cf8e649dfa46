import { expect, test } from "vitest";
import { entriesUrl, nextUrl } from "./entries-url.ts";

const base = new URL("https://hashsharing.example/npo");
const query = "from=2017-10-20T00%3A00%3A00Z&to=2017-10-30T00%3A00%3A00Z";

test("a range is asked for in seconds of UTC, below the path of the environment", () => {
  const [from, to] = [new Date("2017-10-20T02:00:00+02:00"), new Date("2017-10-30T00:00:00.999Z")];
  for (const root of [base, new URL("https://hashsharing.example/npo/")]) {
    expect(entriesUrl(root, from, to).href).toBe(`https://hashsharing.example/npo/v2/entries?${query}`);
  }
});

test("a link is taken as it stands there, relative to the API or to the host", () => {
  const href = `https://hashsharing.example/npo/v2/entries?${query}&start=2001&size=1000&max=3000`;
  for (const link of [`/v2/entries${new URL(href).search}`, `/npo/v2/entries${new URL(href).search}`, href]) {
    expect(nextUrl(base, link)?.href).toBe(href);
  }
});

test.each([
  "https://elsewhere.example/npo/v2/entries?start=1",
  "http://hashsharing.example/npo/v2/entries?start=1",
  "//elsewhere.example/npo/v2/entries?start=1",
  "/npo/v2/feedback?start=1",
  "/v2/../v2/status",
  "https://a:b@hashsharing.example/npo/v2/entries?start=1",
  "https://",
])("a link that leads anywhere else is none: %s", (link) => {
  expect(nextUrl(base, link)).toBeUndefined();
});
