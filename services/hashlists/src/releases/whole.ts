import { Problem } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { areWhole } from "../entries/whole-parts.ts";
import { sizedLayersIn, type ReleaseState } from "./release.ts";

/**
 * Whether all that a release lists is in the store: where it was being written as a backup was made, a part of it may be.
 */
export async function isWhole(deps: Pick<Deps, "entries" | "prints">, release: ReleaseState): Promise<boolean> {
  const layers = sizedLayersIn(release);
  return layers !== undefined && release.isHalf !== true && (await areWhole(deps, layers));
}

/** @throws Problem WRONG_STATE where it is not whole. */
export async function requireWhole(deps: Pick<Deps, "entries" | "prints">, release: ReleaseState): Promise<void> {
  if (!(await isWhole(deps, release))) throw notWhole();
}

/**
 * The same for who reads what is in force: where that is not whole the set is looked at, and another release is in force
 * in a moment.
 *
 * @throws Problem WRONG_STATE where it is not whole.
 */
export async function requireWholeInForce(
  deps: Pick<Deps, "entries" | "prints" | "findLostSoon">,
  release: ReleaseState,
): Promise<void> {
  if (await isWhole(deps, release)) return;
  deps.findLostSoon();
  throw notWhole();
}

/**
 * Notes that reading a release to its end told other than so many entries as it has: more than its chunks was not counted
 * where it was made, or one is there as it was before its release was whole.
 *
 * @throws Problem WRONG_STATE, always.
 */
export async function tellHalf(deps: Pick<Deps, "releases" | "findLostSoon">, releaseId: string): Promise<never> {
  await change(deps.releases, releaseId, (release) => release && { state: { ...release, isHalf: true as const } });
  deps.findLostSoon();
  throw notWhole();
}

function notWhole(): Problem {
  return new Problem("WRONG_STATE", "Not all of this release is in the store, as after a restore; upload it again.");
}
