import { expect, test } from "vitest";
import { isOfAnotherRoot, isReserved } from "./special-names.ts";

test.each([
  "a.onion",
  "onion",
  "b.i2p",
  "printer.local",
  "box.home.arpa",
  "db.internal",
  "a.test",
  "a.invalid",
  "a.alt",
])("%s is never asked of DNS", (name) => expect(isReserved(name)).toBe(true));
test.each(["onion.example", "a.onion.ws", "myonion", "local.example", "arpa", "internal.example", "a.eth"])(
  "%s is",
  (name) => expect(isReserved(name)).toBe(false),
);

test("what the public DNS has not may lie below another root", () => {
  expect(["a.eth", "a.bit", "a.loki"].map(isOfAnotherRoot)).toEqual([true, true, true]);
  expect(["a.example", "eth.example", "a.com"].map(isOfAnotherRoot)).toEqual([false, false, false]);
});
