import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { listedLines } from "../src/mirror/delta-lines.ts";
import type { ListedState } from "../src/mirror/listed.ts";
import type { Collections } from "../src/store.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const heldMb = () => {
  collect();
  return process.memoryUsage().heapUsed / (1024 * 1024);
};

const HASH = "md5:0000000000000000000000000000000a";
const PAGE = 1000;

/** One of many entries that name the same hash; the one in the middle is the oldest, and none before it has a class. */
const entry = (n: number, of: number): ListedState => ({
  schemaVersion: 1,
  connectorId: "c",
  member: `member-${n}`,
  id: `entry-${n}`,
  time: new Date(n === of / 2 ? 0 : 1_000_000 + n),
  hashes: [HASH],
  code: n < of / 2 ? "" : "A1",
  isDisputed: false,
  range: "r",
  before: [],
});

/** A mirror in which so many entries name one hash, and how much was held when half of them had been read, and all. */
function mirrorOf(count: number) {
  const held: number[] = [];
  async function* pages({ where }: { where: object }): AsyncGenerator<{ state: ListedState }[]> {
    if ("range" in where) return yield [{ state: entry(0, count) }];
    for (let from = 0; from < count; from += PAGE) {
      yield await Promise.resolve(Array.from({ length: PAGE }, (_, n) => ({ state: entry(from + n, count) })));
      if ([count / 2, count].includes(from + PAGE)) held.push(heldMb());
    }
    return undefined;
  }
  return { listed: { pages } as unknown as Collections["listed"], held };
}

test("of a hash that very many entries name no more is held than its line says", async () => {
  const { listed, held } = mirrorOf(200_000);
  let text = "";
  for await (const some of listedLines({ listed }, "c", "r", true)) text += some;
  expect(text.trim().split("\n")[1]).toBe(`${HASH.replace(":", ",")},,ncmec,A1,1000,member-100000-entry-100000,`);
  const [half = 0, all = 0] = held;
  expect(all - half).toBeLessThan(2);
});
