import { derivedId } from "@ntd/service";
import { expect, test } from "vitest";
import { entryIds, idBytes, idTexts, wantedIds, wantedIn } from "./entry-id.ts";
import type { AlgorithmName } from "../formats/entry-line.ts";

const values: [AlgorithmName, string][] = [
  ["SHA256", "a0".repeat(32)],
  ["MD5", "0f".repeat(16)],
  ["SHA1", "7e".repeat(20)],
  ["BLOCKHASH256", "01".repeat(32)],
];

test.each(["a", "a-rather-long-name-of-a-set-with-sixty-three-characters-in-all-1"])(
  "ids of %s are derived",
  (setId) => {
    const idOf = entryIds(setId);
    const ids = values.map(([algorithm, hex]) => idOf(algorithm, hex));
    const derived = values.map(([algorithm, hex]) => derivedId("entry", setId, algorithm, hex));
    expect(idTexts(Buffer.concat(ids))).toEqual(derived);
    expect(Buffer.from(idBytes(derived))).toEqual(Buffer.concat(ids));
  },
);

test("wanted ids are found among others, and only at their places", () => {
  const [a, b, c] = ["a", "b", "c"].map((name) => derivedId("entry", name));
  const bytes = idBytes([String(a), String(b)]);
  expect(wantedIn(bytes, wantedIds([String(b), String(c)]))).toEqual([b]);
  const shifted = idTexts(bytes.subarray(8, 24));
  expect(wantedIn(bytes, wantedIds(shifted))).toEqual([]);
});
