import { DatabaseSync } from "node:sqlite";
import { afterEach, expect, test, vi } from "vitest";
import { prepared } from "./explained.ts";

const db = new DatabaseSync(":memory:");
db.exec("CREATE TABLE t (id TEXT PRIMARY KEY, a, b); CREATE INDEX i ON t (a, id)");
afterEach(() => void vi.unstubAllEnvs());

test.each([
  ["a condition without an index", "SELECT id FROM t WHERE b = ?", "SCAN t"],
  ["a sort", "SELECT id FROM t WHERE a = ? ORDER BY b", "TEMP B-TREE"],
  ["a condition that is tried on each row of an index", "SELECT id FROM t WHERE b = ? ORDER BY id", "SCAN t"],
])("%s is refused in tests by SQLite's own plan, and answered elsewhere", (_, text, plan) => {
  vi.stubEnv("NTD_STORE_QUERIES", "refuse");
  expect(() => prepared(db, text, false)).toThrow(plan);
  vi.stubEnv("NTD_STORE_QUERIES", "");
  expect(prepared(db, text, false).all("x")).toEqual([]);
});

test("a search by an index and a walk by id pass", () => {
  vi.stubEnv("NTD_STORE_QUERIES", "refuse");
  expect(prepared(db, "SELECT id FROM t WHERE a = ? ORDER BY id LIMIT 5", false).all("x")).toEqual([]);
  expect(prepared(db, "SELECT id FROM t WHERE 1 ORDER BY id LIMIT 5", true).all()).toEqual([]);
});
