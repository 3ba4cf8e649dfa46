import { expect, test } from "vitest";
import { freed, handedOverIn, handedOverWith } from "./handed-over.ts";
import type { Ask } from "./messages.ts";

const row = (id: string) => ({ id, version: 1, state: new Uint8Array([1, 2, 3]), values: [] });
const insert = (id: string, isBulk: boolean): Ask => ({ do: "insert", in: "t", rows: [row(id)], isBulk });

test("an upload's documents go over as they are; what is asked for again is copied", () => {
  const asks = [insert("a", true), insert("b", false), { do: "load", in: "t", id: "a" } as const, insert("c", true)];
  const [first, , , last] = asks as Extract<Ask, { do: "insert" }>[];
  const batch = asks.map((ask, n) => ({ n, ask }));
  const transfer = handedOverWith(batch);
  expect(transfer).toEqual([first?.rows[0]?.state.buffer, last?.rows[0]?.state.buffer]);
  const there = structuredClone(batch, { transfer });
  const lengths = (some: typeof batch) =>
    some.map(({ ask }) => (ask.do === "insert" ? ask.rows[0]?.state.length : undefined));
  expect(lengths(there)).toEqual([3, 3, undefined, 3]);
  expect(lengths(batch)).toEqual([0, 3, undefined, 0]);
});

test("documents that were found go over as they are, whatever else is answered with them", () => {
  const found = [row("a"), row("b")];
  const answers = [
    { n: 1, value: found },
    { n: 2, value: [] },
    { n: 3, value: 7 },
    { n: 4, value: ["an id"] },
    { n: 5, error: { message: "no" } },
  ];
  const transfer = handedOverIn(answers);
  expect(transfer).toEqual(found.map(({ state }) => state.buffer));
  expect(structuredClone(answers, { transfer })[0]?.value).toEqual([row("a"), row("b")]);
});

test("what was written is let go at once", () => {
  const rows = [row("a"), row("b")];
  freed(rows);
  expect(rows.map(({ state }) => state.length)).toEqual([0, 0]);
});
