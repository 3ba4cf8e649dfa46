import { createLog, MovableClock, type Logger, type Loop } from "@ntd/service";
import { afterEach, beforeEach, describe, expect, test, vi, type MockInstance } from "vitest";
import type { LoadedSet } from "../src/lists/loaded-set.ts";
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

describe("a large set, of which each try takes ten seconds", () => {
  let [before, after]: LoadedSet[] = [];
  let current: LoadedSet | undefined;
  let [tries, rounds] = [0, 0];
  let now: MockInstance<typeof performance.now>;
  const index = new HashIndex();
  beforeEach(async () => {
    [before, after] = [await loaded([[0]], 1, "a"), await loaded([[0]], 2, "a")];
    [current, tries, rounds] = [before, 0, 0];
    now = vi.spyOn(performance, "now").mockReturnValue(0);
    vi.spyOn(index, "sets", "get").mockImplementation(() => (rounds++, current === undefined ? [] : [current]));
  });
  afterEach(() => void vi.restoreAllMocks());

  const saving = (clock: MovableClock, log: Logger, end: () => void) => {
    const save: Snapshots["save"] = async () => {
      tries++;
      now.mockReturnValue(performance.now() + 10_000);
      end();
    };
    return startSavingSnapshots({ index, snapshots: { save }, clock, log });
  };
  const triedBy = async (loop: Loop) => {
    const until = rounds + 2;
    await vi.waitFor(() => {
      loop.kick();
      expect(rounds).toBeGreaterThanOrEqual(until);
    });
    return tries;
  };

  test("is kept again after a rest that grows with what keeping it takes; another release at once", async () => {
    const clock = new MovableClock();
    await using loop = saving(clock, createLog("matching", "silent"), () => undefined);
    expect(await triedBy(loop)).toBe(1);
    clock.advance(199_000);
    expect(await triedBy(loop)).toBe(1);
    clock.advance(1000);
    expect(await triedBy(loop)).toBe(2);
    current = after;
    expect(await triedBy(loop)).toBe(3);
  });

  test("is tried again after as long a rest when it cannot be kept, and is not said to be well meanwhile", async () => {
    const clock = new MovableClock();
    const lines: string[] = [];
    const log = createLog("matching", "info", { write: (line) => void lines.push(line) });
    await using loop = saving(clock, log, () => {
      throw new Error("no space left on device");
    });
    expect(await triedBy(loop)).toBe(1);
    clock.advance(199_000);
    expect(await triedBy(loop)).toBe(1);
    clock.advance(1000);
    expect(await triedBy(loop)).toBe(2);
    expect(lines).toHaveLength(1);
  });
});
