import { createLog, MovableClock } from "@ntd/service";
import { expect, test, vi } from "vitest";
import { startSavingSnapshots } from "../src/snapshots/every-two-seconds-save-snapshots.ts";
import type { Snapshots } from "../src/snapshots/snapshots.ts";
import { HashIndex } from "../src/search/hash-index.ts";
import { loaded } from "./one-list.ts";

test("a set that cannot be kept keeps no other set from it", async () => {
  const index = new HashIndex();
  for (const setId of ["a", "b"]) await index.put(await loaded([[0]], 1, setId));
  const kept: string[] = [];
  const save: Snapshots["save"] = async ({ setId }) => {
    if (setId === "a") throw new Error("its folder is somebody else's");
    kept.push(setId);
  };
  const log = createLog("matching", "silent");
  await using _loop = startSavingSnapshots({ index, snapshots: { save }, clock: new MovableClock(), log });
  await vi.waitFor(() => expect(kept).toEqual(["b"]));
});

test("what changes in a set is kept after a rest that grows with what keeping it takes; another release at once", async () => {
  const index = new HashIndex();
  const [before, after] = [await loaded([[0]], 1, "a"), await loaded([[0]], 2, "a")];
  const clock = new MovableClock();
  let [saves, rounds] = [0, 0];
  const save: Snapshots["save"] = async () => {
    saves++;
    now.mockReturnValue(now() + 10_000);
  };
  const now = vi.spyOn(performance, "now").mockReturnValue(0);
  await index.put(before);
  const sets = vi.spyOn(index, "sets", "get").mockImplementation(() => (rounds++, [current]));
  let current = before;
  await using loop = startSavingSnapshots({ index, snapshots: { save }, clock, log: createLog("matching", "silent") });
  const round = async () => {
    const until = rounds + 2;
    await vi.waitFor(() => {
      loop.kick();
      expect(rounds).toBeGreaterThanOrEqual(until);
    });
    return saves;
  };
  expect(await round()).toBe(1);
  clock.advance(199_000);
  expect(await round()).toBe(1);
  clock.advance(1000);
  expect(await round()).toBe(2);
  current = after;
  expect(await round()).toBe(3);
  sets.mockRestore();
  now.mockRestore();
});
