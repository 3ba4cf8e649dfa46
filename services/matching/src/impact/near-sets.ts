import { setImmediate } from "node:timers/promises";
import type { Fingerprint } from "@ntd/proto/common/v1/common";
import { countTransitions } from "@ntd/imagehash/compare";
import type { Hit } from "@ntd/proto/matching/v1/match";
import type { LoadedSet } from "../lists/loaded-set.ts";
import { seenFrames, withFilm } from "../search/seen-film.ts";
import { planOf, type SearchPlan } from "../search/search-plan.ts";

/** Entries that are looked up together. */
const TOGETHER = 100;

/**
 * How many entries of a list are equal to, or within its threshold of, an entry of another set of such a role: as they
 * lie, since of the other forms of a picture a hash does not tell.
 */
export async function nearSets(
  sets: readonly LoadedSet[],
  { setId, recipe, fingerprints }: { setId: string; recipe: string; fingerprints: readonly Fingerprint[] },
  isOf: (of: Pick<Hit, "setRole">) => boolean,
): Promise<number> {
  const others = sets.filter((set) => set.setId !== setId && isOf({ setRole: set.role }));
  if (others.length === 0) return 0;
  let count = 0;
  for (let at = 0; at < fingerprints.length; at += TOGETHER) {
    const plans = fingerprints.slice(at, at + TOGETHER).map((one) => planOfEntry(one, recipe));
    const found = await Promise.all(others.map((set) => set.finds(plans)));
    await setImmediate();
    count += plans.filter((_, nth) => found.some((of) => of[nth])).length;
  }
  return count;
}

function planOfEntry(fingerprint: Fingerprint, recipe: string): SearchPlan {
  const { algorithm, value } = fingerprint;
  if (algorithm === "ALGORITHM_VPDQ") return withFilm(planOf([], recipe), seenFrames(value));
  if (algorithm !== "ALGORITHM_BLOCKHASH256") return planOf([fingerprint], recipe);
  return planOf([{ ...fingerprint, quality: countTransitions(value) }], recipe);
}
