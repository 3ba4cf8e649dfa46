import fc from "fast-check";
import { expect, test } from "vitest";
import { pageKindOf } from "./page-kind.ts";

test.each([
  ["http://forum.example/", "root"],
  ["http://forum.example", "root"],
  ["http://forum.example/index.php", "root"],
  ["http://forum.example/?q=word", "search"],
  ["http://forum.example/search/word", "search"],
  ["http://forum.example/find?text=x", "search"],
  ["http://forum.example/feed/", "feed"],
  ["http://forum.example/board/rss.xml", "feed"],
  ["http://forum.example/board/latest", "feed"],
  ["http://forum.example/@somebody", "profile"],
  ["http://forum.example/user/somebody", "profile"],
  ["http://forum.example/members/17/", "profile"],
])("%s is a %s page", (address, kind) => {
  expect(pageKindOf(address)).toBe(kind);
});

test.each([
  "http://forum.example/thread/17",
  "http://forum.example/?p=17",
  "http://forum.example/index.php?topic=17",
  "http://forum.example/user/somebody/albums/3",
  "http://forum.example/gallery/newborn",
  "not an address",
])("%s is a page of its own", (address) => {
  expect(pageKindOf(address)).toBeUndefined();
});

test("whatever the address, it is told", () => {
  fc.assert(fc.property(fc.webUrl({ withQueryParameters: true }), (url) => void pageKindOf(url)));
});
