import { expect, test } from "vitest";
import { noticed, type Memory } from "./memory.ts";

const known = { a: "monday", b: "monday" };
const anew = { leaseUntil: new Date(0) };

test.each<[string, Memory | undefined, Parameters<typeof noticed>[1], Memory | undefined]>([
  ["first sight of a whole stream", undefined, { trimmed: false, created: known }, { known }],
  ["first sight of a trimmed stream", undefined, { trimmed: true, created: known }, { known, refill: anew }],
  ["nothing new", { known }, { trimmed: true, created: known }, undefined],
  ["one is missing", { known }, { trimmed: true, created: { a: "monday" } }, undefined],
  [
    "one made anew on a whole stream",
    { known },
    { trimmed: false, created: { ...known, b: "friday" } },
    { known: { a: "monday", b: "friday" } },
  ],
  [
    "one made anew on a trimmed stream",
    { known },
    { trimmed: true, created: { ...known, b: "friday" } },
    { known: { a: "monday", b: "friday" }, refill: anew },
  ],
  [
    "a second one while everything is being sent again",
    { known, refill: { from: { collection: "sets", after: "m" }, leaseUntil: new Date(9) } },
    { trimmed: true, created: { ...known, c: "friday" } },
    { known: { ...known, c: "friday" }, refill: anew },
  ],
])("%s", (_, memory, seen, after) => {
  expect(noticed(memory, seen)).toEqual(after);
});
