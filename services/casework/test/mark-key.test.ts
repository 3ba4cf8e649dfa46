import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readMarkKey } from "../src/marks/mark-key.ts";

const dir = mkdtempSync(join(tmpdir(), "ntd-mark-key-"));
afterAll(() => rmSync(dir, { recursive: true }));

function keyOf(bytes: number): string {
  const path = join(dir, String(bytes));
  writeFileSync(path, new Uint8Array(bytes).fill(7));
  return path;
}

test("the key of marks has 32 bytes or more; without a file there is none", () => {
  expect(readMarkKey("")).toBeUndefined();
  expect(readMarkKey(keyOf(32))).toHaveLength(32);
  expect(() => readMarkKey(keyOf(31))).toThrow(expect.objectContaining({ reason: "CONFIG_INVALID" }));
});
