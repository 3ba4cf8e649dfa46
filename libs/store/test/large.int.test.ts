import { join } from "node:path";
import { expect, test } from "vitest";
import { openStore } from "../src/index.ts";
import { dir } from "./adapters.ts";

const COUNT = 100_005;
const idOf = (n: number) => String(n).padStart(6, "0");

test("a projection of more rows than are held at a time has all of them, in order, or as many as were asked for", async () => {
  await using store = await openStore(`file:${join(dir, "large.sqlite")}`);
  const things = await store.collection<{ rank: number }, "rank">({ name: "things", fields: { rank: (t) => t.rank } });
  for (let from = 0; from < COUNT; from += 5000) {
    const size = Math.min(5000, COUNT - from);
    // The order of the ranks is not that of the ids.
    await things.insertMany(
      Array.from({ length: size }, (_, i) => ({ id: idOf(from + i), state: { rank: -(from + i) } })),
    );
  }
  const all = await things.project({ orderBy: "rank" }, { rank: "number" });
  expect([all.length, all.columns.rank[0], all.columns.rank.at(-1)]).toEqual([COUNT, 1 - COUNT, -0]);
  expect(all.columns.rank.every((rank, i) => i === 0 || rank === (all.columns.rank[i - 1] ?? 0) + 1)).toBe(true);
  for (const limit of [0, 3, 100_000, 100_002]) {
    const { length, columns } = await things.project({ limit }, { id: "text" });
    expect([length, columns.id.at(-1)]).toEqual([limit, limit === 0 ? undefined : idOf(limit - 1)]);
  }
});
