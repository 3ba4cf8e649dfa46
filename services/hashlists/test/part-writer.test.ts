import { expect, test } from "vitest";
import { PartWriter } from "../src/entries/store-entries.ts";
import type { Collections } from "../src/store.ts";
import { md5 } from "./bed.ts";

/** A store that tells what comes, in which order. */
function told() {
  const ids: string[] = [];
  const entries = {
    insertMany(some: readonly { id: string }[]) {
      ids.push(...some.map(({ id }) => id));
      return Promise.resolve(some.length);
    },
  } as unknown as Collections["entries"];
  const prints = { insertMany: () => Promise.resolve(0) } as unknown as Collections["prints"];
  return { ids, collections: { entries, prints } };
}

test("what is cut is written with the others, and more of the same bucket goes on behind it", async () => {
  const { ids, collections } = told();
  await using writer = new PartWriter(collections, "part");
  const put = (first: number, n: number) => {
    const about = { quality: 0, scheme: "", code: "", votes: 1, sourceId: "", line: n };
    writer.put(Uint8Array.from([first, ...Buffer.from(md5(n), "hex").subarray(1)]), {
      algorithm: "MD5",
      value: md5(n),
      ...about,
    });
  };
  put(7, 1);
  put(9, 2);
  writer.cut(7);
  writer.cut(8);
  put(7, 3);
  await writer.end();
  expect(ids.toSorted()).toEqual(["part.07.00000000", "part.07.00000001", "part.09.00000000"]);
  expect(writer.count).toBe(3);
});
