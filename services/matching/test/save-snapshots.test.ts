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
  const snapshots = { save } as Snapshots;
  await using _loop = startSavingSnapshots({ index, snapshots, clock: new MovableClock(), log });
  await vi.waitFor(() => expect(kept).toEqual(["b"]));
});
