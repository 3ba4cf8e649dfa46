import { expect, test } from "vitest";
import type { Collections } from "../src/store.ts";
import { RefusedWriter, type RefusedState } from "../src/uploads/refused-rows.ts";

test("as many faults as a delta may have at once are written, in their order", async () => {
  const lines: number[] = [];
  const insertMany = async (documents: { state: RefusedState }[]) => {
    for (const { state } of documents) for (const { line } of state.faults) lines.push(line);
  };
  const writer = new RefusedWriter({ refused: { insertMany } as unknown as Collections["refused"] }, "part");
  const faults = Array.from({ length: 300_000 }, (_, line) => ({ line, field: "value", problem: "twice" }));
  await writer.add(faults);
  await writer.end();
  expect(lines).toEqual(faults.map(({ line }) => line));
});
