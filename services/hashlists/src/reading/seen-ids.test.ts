import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { MAX_LINES, SeenIds } from "./seen-ids.ts";

const idOf = (n: number) => createHash("md5").update(`${n}`).digest();

test("each id has the line it was first seen in, however many there are", () => {
  const seen = new SeenIds();
  for (let n = 1; n <= 20_000; n++) expect(seen.note(idOf(n), 0, n)).toBeUndefined();
  for (let n = 1; n <= 20_000; n++) expect(seen.note(idOf(n), 0, 99_999)).toBe(n);
});

test("ids that differ in one byte only, wherever it is, are not the same", () => {
  const seen = new SeenIds();
  for (let at = 0; at < 16; at++) {
    for (let value = 0; value < 256; value += 51) {
      const id = new Uint8Array(16);
      id[at] = value;
      expect(seen.note(id, 0, at + 2)).toBe(value === 0 && at > 0 ? 2 : undefined);
    }
  }
});

test("the last line that can be told is told", () => {
  const seen = new SeenIds();
  seen.note(idOf(1), 0, MAX_LINES);
  expect(seen.note(idOf(1), 0, 1)).toBe(MAX_LINES);
});

test("what was cleared is forgotten, and others are told apart as before", () => {
  const seen = new SeenIds();
  for (let n = 1; n <= 1000; n++) seen.note(idOf(n), 0, n);
  seen.clear();
  for (let n = 500; n <= 3000; n++) expect(seen.note(idOf(n), 0, n + 1)).toBeUndefined();
  for (let n = 500; n <= 3000; n++) expect(seen.note(idOf(n), 0, 99_999)).toBe(n + 1);
});
