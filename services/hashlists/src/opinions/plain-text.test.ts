import { expect, test } from "vitest";
import { textFault } from "./plain-text.ts";

test.each([
  "seen in case 3f2a1b4c-0000-4000-8000-000000000000",
  "the same as entry 7; a cartoon, e.g. drawn",
  "1.5 or so",
])("a text in words: %s", (text) => expect(textFault("note", text)).toBeUndefined());

test.each([
  "https://a.example/1",
  "hxxp://a",
  "see www.a.example",
  "a.example/pic.jpg",
  "d41d8cd98f00b204e9800998ecf8427e",
])("what leads to material is refused: %s", (text) => {
  const fault = textFault("note", text);
  expect(fault?.description).toMatch("holds an address or a hash");
  expect(fault?.description).not.toContain(text);
});

test("how long it may be", () => {
  expect(textFault("note", "")).toMatchObject({ field: "note", description: "has 0 characters; it takes 1 to 1000" });
  expect(textFault("note", "", { isOptional: true })).toBeUndefined();
  expect(textFault("note", "x".repeat(1001), { isOptional: true })?.description).toMatch("at most 1000");
});
