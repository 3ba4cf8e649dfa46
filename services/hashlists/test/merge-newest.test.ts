import fc from "fast-check";
import { expect, test } from "vitest";
import { newestFirst, type Told } from "../src/history/history.ts";
import { merged } from "../src/history/merge-newest.ts";

const told = fc.record({ time: fc.nat({ max: 5 }), key: fc.string({ maxLength: 2 }) }).map(({ time, key }): Told => {
  const entry = { kind: "HISTORY_KIND_SET_CREATED", person: "", subjectId: "", reason: "", entryCount: 0n } as const;
  return { time: new Date(time), key, entry: { ...entry, time: new Date(time) } };
});

test("lists that have the newest first become one, however their times lie", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(told), { maxLength: 5 }), async (lists) => {
      const sorted = lists.map((list) => list.toSorted(newestFirst));
      const all = await Array.fromAsync(merged(sorted.map((list) => Array.fromAsync(list)).map(once)));
      expect(all.map(shown)).toEqual(lists.flat().toSorted(newestFirst).map(shown));
    }),
  );
});

async function* once(list: Promise<Told[]>): AsyncGenerator<Told, void, undefined> {
  yield* await list;
}

function shown({ time, key }: Told): string {
  return `${time.getTime()} ${key}`;
}
