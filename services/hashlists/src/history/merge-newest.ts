import { newestFirst, type Told } from "./history.ts";

/** One list of several that have the newest first. */
export async function* merged(lists: readonly AsyncIterable<Told>[]): AsyncGenerator<Told, void, undefined> {
  const iterators = lists.map((list) => list[Symbol.asyncIterator]());
  const heads = await Promise.all(iterators.map((one) => one.next()));
  for (;;) {
    let first = -1;
    for (const [nth, head] of heads.entries()) {
      const before = first < 0 ? undefined : heads[first];
      if (head.done === true) continue;
      if (before === undefined || before.done === true || newestFirst(head.value, before.value) < 0) first = nth;
    }
    const [head, iterator] = [heads[first], iterators[first]];
    if (head === undefined || head.done === true || iterator === undefined) return;
    yield head.value;
    heads[first] = await iterator.next();
  }
}
