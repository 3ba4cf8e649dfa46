import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore, type Collection } from "@ntd/store";
import { openCollections, type Collections } from "../src/store.ts";

export interface OneStore extends AsyncDisposable {
  /** Works on empty collections: opening a store anew for each of many runs would take most of the time. */
  inEmpty<T>(work: (collections: Collections) => Promise<T>): Promise<T>;
}

/** For tests: a store in a folder of its own, emptied before each use. */
export async function openOneStore(): Promise<OneStore> {
  await using stack = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), "ntd-compliance-"));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  const collections = await openCollections(stack.use(await openStore(`file:${join(dir, "store.sqlite")}`)));
  const held = stack.move();
  return {
    async inEmpty(work) {
      for (const collection of Object.values(collections) as Pick<Collection<unknown>, "pages" | "remove">[]) {
        for await (const page of collection.pages({}, 1000)) await collection.remove(...page.map(({ id }) => id));
      }
      return await work({ ...collections });
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}
