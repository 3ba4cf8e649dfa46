import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { afterAll, beforeEach, expect, test } from "vitest";
import { Groups } from "./groups.ts";
import type { Answer, Ask } from "../sqlite/messages.ts";

// What is asked stands in for the store's own asks: "save" writes, "load" reads, "taken" rides.
type Word =
  | { word: "set"; key: string; value: number }
  | { word: "read"; key: string }
  | { word: "break" | "poison" | "ride" | "lose" };

const dir = mkdtempSync(join(tmpdir(), "ntd-groups-"));
afterAll(() => rmSync(dir, { recursive: true }));

let db: DatabaseSync;
// Another connection: it sees what is committed.
let outside: DatabaseSync;
let posts: Answer[][];
let group: Groups;
let file = 0;

beforeEach(() => fresh());

function fresh(post: (answers: Answer[]) => void = (answers) => void posts.push(answers)): void {
  const path = join(dir, `${file++}.sqlite`);
  db = new DatabaseSync(path);
  db.exec(`PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON; CREATE TABLE t (key TEXT PRIMARY KEY, value);
    CREATE TABLE child (parent REFERENCES t DEFERRABLE INITIALLY DEFERRED); CREATE TABLE rides (n)`);
  outside = new DatabaseSync(path);
  posts = [];
  group = new Groups(db, (ask) => run(ask as unknown as Word), post);
}

function run(ask: Word): unknown {
  const set = (key: string, value: number) => db.prepare("INSERT OR REPLACE INTO t VALUES (?, ?)").run(key, value);
  switch (ask.word) {
    case "set":
      return Number(set(ask.key, ask.value).changes);
    case "read":
      return db.prepare("SELECT value FROM t WHERE key = ?").get(ask.key)?.["value"] ?? null;
    case "break":
      set("a", -1);
      throw new Error("refused half way");
    case "poison":
      return db.exec("INSERT INTO child VALUES ('nobody')");
    case "lose":
      // What SQLite does when a read meets a bad sector or a full folder of temporary files (sqlite3VdbeHalt).
      if (db.isTransaction) db.exec("ROLLBACK");
      throw Object.assign(new Error("disk I/O error"), { code: "ERR_SQLITE_ERROR", errcode: 266 });
    case "ride":
      return db.exec("INSERT INTO rides VALUES (1)");
  }
}

const doing = { set: "save", read: "load", break: "save", poison: "save", ride: "taken", lose: "load" } as const;
const asks = (words: Word[], from = 1) =>
  words.map((word, i) => ({
    n: from + i,
    ask: { do: doing[word.word], row: { state: { length: 1 } }, ...word } as unknown as Ask,
  }));
const committed = (key: string) => outside.prepare("SELECT value FROM t WHERE key = ?").get(key)?.["value"] ?? null;

test("a refused write takes back its own statements alone, and is answered with its neighbours", () => {
  group.handle({
    asks: asks([{ word: "set", key: "a", value: 1 }, { word: "break" }, { word: "set", key: "b", value: 2 }]),
  });
  expect(posts).toEqual([
    [
      { n: 1, value: 1 },
      { n: 2, error: expect.objectContaining({ message: "refused half way" }) },
      { n: 3, value: 1 },
    ],
  ]);
  expect([committed("a"), committed("b")]).toEqual([1, 2]);
});

test("a commit that fails is the error of the whole group, the reads in it included, and of nothing after it", () => {
  const first: Word[] = [{ word: "set", key: "a", value: 1 }, { word: "poison" }, { word: "read", key: "a" }];
  group.handle({ asks: asks(first) });
  expect(posts.flat().map(({ error }) => error?.message)).toEqual(Array(3).fill("FOREIGN KEY constraint failed"));
  expect(committed("a")).toBeNull();
  group.handle({ asks: asks([{ word: "set", key: "a", value: 2 }]) });
  expect(committed("a")).toBe(2);
});

test("a read that ends the transaction is the error of what was held in it, and of nothing after it", () => {
  group.handle({
    asks: asks([{ word: "set", key: "a", value: 1 }, { word: "lose" }, { word: "set", key: "b", value: 2 }]),
  });
  expect(posts.flat().map(({ error }) => error?.message)).toEqual(["disk I/O error", "disk I/O error", undefined]);
  expect([committed("a"), committed("b")]).toEqual([null, 2]);
});

test("a group holds at most 256 writes or 4 MiB", () => {
  group.handle({ asks: asks(Array.from({ length: 600 }, (_, i) => ({ word: "set", key: `k${i}`, value: i }))) });
  expect(posts.map(({ length }) => length)).toEqual([256, 256, 88]);
  posts = [];
  const mebibytes = asks(Array.from({ length: 6 }, (_, i) => ({ word: "set", key: `m${i}`, value: i })));
  for (const { ask } of mebibytes)
    (ask as unknown as { row: { state: { length: number } } }).row.state.length = 1.5 * 1024 * 1024;
  group.handle({ asks: mebibytes });
  expect(posts.map(({ length }) => length)).toEqual([2, 2, 2]);
});

test("what rides is answered at once and commits with the next write, or when it is told to", () => {
  const rides = () => Number(outside.prepare("SELECT count(*) AS n FROM rides").get()?.["n"]);
  group.handle({ asks: asks([{ word: "ride" }]) });
  expect([posts.length, rides(), group.isRiding]).toEqual([1, 0, true]);
  group.handle({ asks: asks([{ word: "set", key: "a", value: 1 }]) });
  expect([rides(), group.isRiding]).toEqual([1, false]);
  group.handle({ asks: asks([{ word: "ride" }]) });
  group.end();
  expect([rides(), group.isRiding]).toEqual([2, false]);
});

test("whatever comes together: each ask is answered once and in order, and nothing is answered that is not committed", () => {
  const key = fc.constantFrom("a", "b", "c");
  const word: fc.Arbitrary<Word> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ word: fc.constant("set" as const), key, value: fc.nat() }) },
    { weight: 4, arbitrary: fc.record({ word: fc.constant("read" as const), key }) },
    {
      weight: 1,
      arbitrary: fc.record({
        word: fc.constantFrom("break" as const, "poison" as const, "ride" as const, "lose" as const),
      }),
    },
  );
  fc.assert(
    fc.property(fc.array(fc.array(word, { maxLength: 12 }), { maxLength: 8 }), (batches) => {
      const words = new Map(batches.flat().map((one, i) => [i + 1, one]));
      const model = new Map<string, number>();
      const answered: number[] = [];
      fresh((answers) => {
        for (const { n, value, error } of answers) {
          answered.push(n);
          const one = words.get(n);
          if (one?.word === "set" && error === undefined) model.set(one.key, one.value);
          if (one?.word === "read" && error === undefined) expect(value).toBe(model.get(one.key) ?? null);
        }
        for (const k of ["a", "b", "c"]) expect(committed(k)).toBe(model.get(k) ?? null);
      });
      let n = 1;
      for (const batch of batches) {
        group.handle({ asks: asks(batch, n) });
        n += batch.length;
      }
      expect(answered).toEqual([...words.keys()]);
      db.close();
      outside.close();
    }),
    { numRuns: runs(40) },
  );
});
