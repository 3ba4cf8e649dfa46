import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { answeredBySqlite } from "./errors.ts";

test("a full disk is named and tried again; a fault of ours stays what it is", async () => {
  const db = new DatabaseSync(":memory:");
  db.exec("CREATE TABLE t (x BLOB UNIQUE); PRAGMA max_page_count = 10; INSERT INTO t VALUES ('once')");
  const big = answeredBySqlite(async () => db.prepare("INSERT INTO t VALUES (zeroblob(1000000))").run());
  await expect(big).rejects.toMatchObject({ reason: "STORE_FULL", handling: "retry" });
  const twice = answeredBySqlite(async () => db.prepare("INSERT INTO t VALUES ('once')").run());
  await expect(twice).rejects.toMatchObject({ code: "ERR_SQLITE_ERROR" });
  expect(await answeredBySqlite(async () => 7)).toBe(7);
});
