import { callSignal, inCall } from "@ntd/service";
import { expect, test } from "vitest";
import { keptLast } from "../src/views/kept-last.ts";

test("it is read once for all who ask, what was asked for longest ago goes first, and what failed is read again", async () => {
  const kept = keptLast<string>(2);
  const read: string[] = [];
  const ask = (key: string) =>
    kept(key, async () => {
      read.push(key);
      if (read.length === 1) throw new Error("not there");
      return key;
    });
  const first = await Promise.allSettled([ask("a"), ask("a")]);
  expect(first.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await Promise.all([ask("a"), ask("a"), ask("b"), ask("a"), ask("c")])).toEqual(["a", "a", "b", "a", "c"]);
  expect(read).toEqual(["a", "a", "b", "c"]);
  await ask("a");
  await ask("b");
  expect(read).toEqual(["a", "a", "b", "c", "b"]);
});

test("who gives up waiting takes it from nobody else who waits", async () => {
  const kept = keptLast<string>(2);
  const [tired, begun] = [new AbortController(), Promise.withResolvers<void>()];
  const read = async () => {
    await begun.promise;
    callSignal()?.throwIfAborted();
    return "read";
  };
  const first = inCall(tired.signal, () => kept("a", read));
  const other = kept("a", read);
  tired.abort();
  begun.resolve();
  expect(await Promise.all([first, other])).toEqual(["read", "read"]);
});
