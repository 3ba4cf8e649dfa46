import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "@ntd/store";
import { expect, test } from "vitest";
import { everyPage } from "../src/every-page.ts";

test("a cohort of more than a page, or of whole pages exactly, is gone through once to its end", async () => {
  await using stack = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), "ntd-compliance-"));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  const store = stack.use(await openStore(`file:${join(dir, "store.sqlite")}`));
  const numbers = await store.collection<{ n: number }, "half">({
    name: "numbers",
    fields: { half: ({ n }) => (n < 1000 ? "first" : "second") },
  });
  const all = Array.from({ length: 1700 }, (_, n) => ({ id: `id-${n}`, state: { n } }));
  await numbers.insertMany(all);
  for (const [half, from, to] of [
    ["first", 0, 1000],
    ["second", 1000, 1700],
  ] as const) {
    const found: number[] = [];
    for await (const { state } of everyPage(numbers, { half })) found.push(state.n);
    expect(found.toSorted((a, b) => a - b)).toEqual(Array.from({ length: to - from }, (_, i) => from + i));
  }
});
