import { startLoop, tryEach, type Loop } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import type { ReleaseState } from "../releases/release.ts";
import { isWhole } from "../releases/whole.ts";
import type { HashSetState } from "./hash-set.ts";
import { fallenBack } from "./lost-release.ts";
import { releaseEvent } from "./publish.ts";

const HOUR_MS = 3_600_000;
const AGAIN_MS = 1000;
const PAGE = 100;

type Store = Pick<Deps, "releases" | "entries" | "prints">;
type Needed = Store & Pick<Deps, "sets" | "clock" | "log">;

/**
 * Finds sets whose release in force is not there, or not whole: a restore brings sets forward by their journal, since they
 * tell what was taken back, and no lists; and a list that was being written as the backup was made is there in part. Nobody
 * could read or replace such a set.
 */
export function startFindingLostReleases(deps: Needed): Loop {
  return startLoop("find lost releases", HOUR_MS, deps.log, (stop) => findLostReleases(deps, stop), AGAIN_MS);
}

export async function findLostReleases(deps: Needed, stop: AbortSignal): Promise<void> {
  await tryEach(deps.sets.pages({}, PAGE), stop, async ({ id, state: set }) => {
    if (!(await isLost(deps, set))) return;
    const { missing, left } = await newestLeft(deps, set);
    const fallen = await change(deps.sets, id, (now) => {
      const state = now && fallenBack(now, missing, left, deps.clock.now());
      return (
        state && { state, event: releaseEvent(left === undefined ? "changed" : "activated", state, deps.clock.now()) }
      );
    });
    if (fallen?.state.lost === undefined) return;
    const inForce = fallen.state.active?.releaseId ?? "none";
    const told = { set: id, lost: fallen.state.lost.releaseId, inForce };
    deps.log.warn(told, "not all of the release in force is there, as after a restore; it is to be uploaded again");
  });
}

/** Whether what a set says is in force is not there, or not all of it. */
export async function isLost(deps: Store, set: HashSetState): Promise<boolean> {
  return set.active !== undefined && (await leftOf(deps, set.setId, set.active.releaseId)) === undefined;
}

/** The newest release of a set that was in force and is whole, and those that are not on the way to it. */
async function newestLeft(deps: Needed, { setId, active, activations }: HashSetState) {
  const missing = new Set<string>(active === undefined ? [] : [active.releaseId]);
  for (const { releaseId } of activations.toReversed()) {
    const entryCount = await leftOf(deps, setId, releaseId);
    if (entryCount !== undefined) return { missing, left: { releaseId, entryCount } };
    missing.add(releaseId);
  }
  return { missing, left: undefined };
}

/** How many entries an approved release of a set has; undefined where it, or a part of what it lists, is not there. */
async function leftOf(deps: Store, setId: string, releaseId: string): Promise<number | undefined> {
  const state: ReleaseState | undefined = (await deps.releases.load(releaseId))?.state;
  if (state?.setId !== setId || state.stage.name !== "approved") return undefined;
  // One that takes entries back is brought forward without its entries.
  return (await isWhole(deps, state)) ? state.stage.entryCount : undefined;
}
