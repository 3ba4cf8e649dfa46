import { PDQ_MIN_QUALITY, PDQ_RADIUS } from "@ntd/imagehash/compare";
import type { FindSimilarRequest, FindSimilarResponse } from "@ntd/proto/matching/v1/resemblance_service";
import { Problem, type FieldFault } from "@ntd/service";
import { planOfContent, type KnownContent } from "../rows/row.ts";
import { DEFAULT_RECIPE } from "../search/search-plan.ts";
import { matchIdOf } from "../ids.ts";
import { type Collections } from "../store.ts";
import type { KnownPictures } from "./known-pictures.ts";

const MAX_COUNT = 1000;

/** What resembles what a target shows by now, by the distance to that alone. What was stored before the call is found. */
export function findSimilar({
  collections,
  pictures,
}: {
  collections: Pick<Collections, "rows">;
  pictures: KnownPictures;
}) {
  return async (request: FindSimilarRequest): Promise<FindSimilarResponse> => {
    requireSearch(request);
    const { targetId, maxDistance, minQuality, maxCount } = request;
    await pictures.requireFresh();
    const episode = pictures.index.episodeOf(targetId);
    const row = episode === undefined ? undefined : await collections.rows.load(matchIdOf(targetId, episode));
    const forms = row === undefined ? [] : formsOf(row.state.content, minQuality);
    if (forms.length === 0) return { similar: [], isCut: false, isComparable: false };
    const recipe = row?.state.content.recipe ?? DEFAULT_RECIPE;
    const found = await pictures.index.find({ targetId, forms, recipe, maxDistance, minQuality, maxCount });
    return { ...found, isComparable: true };
  };
}

function formsOf(content: KnownContent, minQuality: number): Uint8Array[] {
  const { ALGORITHM_PDQ: forms } = planOfContent(content).near;
  return forms
    .filter(({ quality, nominatesOnly }) => quality >= minQuality && nominatesOnly !== true)
    .map(({ value }) => value);
}

function requireSearch({ targetId, maxDistance, minQuality, maxCount }: FindSimilarRequest): void {
  const faults: FieldFault[] = [];
  const within = (field: string, value: number, [least, most]: readonly [number, number]) => {
    if (value < least || value > most) {
      faults.push({ field, description: `is ${value}; it takes ${least} to ${most}` });
    }
  };
  if (targetId === "") faults.push({ field: "target_id", description: "is empty; name a target" });
  within("max_distance", maxDistance, [0, PDQ_RADIUS]);
  within("min_quality", minQuality, [PDQ_MIN_QUALITY, 100]);
  within("max_count", maxCount, [1, MAX_COUNT]);
  if (faults.length > 0) throw Problem.fields(...faults);
}
