import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "@ntd/store";
import { expect, onTestFinished, test } from "vitest";
import { heardOfHold, keepCases, openKeptCases } from "../src/index.ts";

async function hearing() {
  const dir = await mkdtemp(join(tmpdir(), "ntd-kept-"));
  const store = await openStore(`file:${join(dir, "store.sqlite")}`);
  onTestFinished(async () => {
    await store[Symbol.asyncDispose]();
    await rm(dir, { recursive: true });
  });
  const deps = { keptCases: await openKeptCases(store) };
  const hear = (version: number, isKept: boolean) =>
    heardOfHold(deps, { caseId: "case-1", targetId: "target-1", version, isKept });
  const kept = async () => {
    const found: object[] = [];
    await keepCases(deps, async (aCase) => void found.push(aCase));
    return found;
  };
  return { hear, kept };
}

test("a hold is news once, its own event whenever it comes again, and a later event of the case is none", async () => {
  const { hear, kept } = await hearing();
  expect(await hear(3, true)).toBe(true);
  expect(await hear(3, true)).toBe(true);
  expect([await hear(4, true), await hear(5, true)]).toEqual([false, false]);
  expect(await kept()).toEqual([{ caseId: "case-1", targetId: "target-1" }]);
});

test("what is lifted is kept no longer, also where an older event comes late; a new hold is news again", async () => {
  const { hear, kept } = await hearing();
  expect([await hear(3, true), await hear(6, false), await hear(4, true)]).toEqual([true, false, false]);
  expect(await kept()).toEqual([]);
  expect(await hear(8, true)).toBe(true);
  expect(await kept()).toHaveLength(1);
});

test("a case of which nothing but the end of its hold is heard costs no document", async () => {
  const { hear, kept } = await hearing();
  expect([await hear(9, false), await kept()]).toEqual([false, []]);
});
