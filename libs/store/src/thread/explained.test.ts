import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { prepared } from "./explained.ts";

const db = new DatabaseSync(":memory:");
db.exec("CREATE TABLE t (id TEXT PRIMARY KEY, a, b); CREATE INDEX i ON t (a, id)");

test.each([
  ["a condition without an index", "SELECT id FROM t WHERE b = ?", "SCAN t"],
  ["a sort", "SELECT id FROM t WHERE a = ? ORDER BY b", "TEMP B-TREE"],
  ["a condition that is tried on each row of an index", "SELECT id FROM t WHERE b = ? ORDER BY id", "SCAN t"],
])("%s is refused in tests by SQLite's own plan, and answered elsewhere", (_, text, plan) => {
  expect(() => prepared(db, text, false, true)).toThrow(plan);
  expect(prepared(db, text, false, false).all("x")).toEqual([]);
});

test("a search by an index and a walk by id pass", () => {
  expect(prepared(db, "SELECT id FROM t WHERE a = ? ORDER BY id LIMIT 5", false, true).all("x")).toEqual([]);
  expect(prepared(db, "SELECT id FROM t WHERE 1 ORDER BY id LIMIT 5", true, true).all()).toEqual([]);
});
