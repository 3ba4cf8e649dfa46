import type { CaseFile } from "../cases/case.ts";
import type { Deps } from "../deps.ts";
import { caseIdOf } from "../store.ts";

/** Bits of PDQ within which it is the same picture, and within which it is likely the same. */
export const SAME_BITS = 16;
export const LIKELY_BITS = 31;
/** Less says too little to be compared. */
const MIN_QUALITY = 50;

/** Where a case's picture was seen as well, by distance, the nearest first. */
export interface Similar {
  cases: Map<string, number>;
  /** There are more than were asked for. */
  isCut: boolean;
}

/** What matching finds now, by the distance to the case's own picture alone. @throws Problem of matching. */
export async function similarTo(
  { resemblance }: Pick<Deps, "resemblance">,
  { targetId }: Pick<CaseFile, "targetId">,
  maxCount: number,
): Promise<Similar> {
  const asked = { targetId, maxDistance: LIKELY_BITS, minQuality: MIN_QUALITY, maxCount };
  const { similar, isCut } = await resemblance.findSimilar(asked);
  return { cases: new Map(similar.map((one) => [caseIdOf(one.targetId, one.episode), one.distance])), isCut };
}

/** The cases that are there already, in the order of their ids' list. */
export async function loadedCases({ cases }: Pick<Deps, "cases">, ids: readonly string[]): Promise<CaseFile[]> {
  const found = await Promise.all(ids.map((id) => cases.load(id)));
  return found.flatMap((document) => document?.state ?? []);
}
