import type { RecipeName } from "@ntd/imagehash";
import { cryptographicHashes } from "@ntd/imagehash/hashes";
import {
  HashRecipe,
  type ComputeFingerprintsRequest,
  type ComputeFingerprintsResponse,
} from "@ntd/proto/fingerprint/v1/fingerprint_service";
import { Problem } from "@ntd/service";
import { answerOf } from "./answer.ts";
import type { DecoderPool } from "./decoder-pool.ts";
import { countPicture } from "./metrics.ts";

/** @throws Problem FIELD_INVALID when the recipe is one of a newer release; what the pool throws. */
export async function computeFingerprints(
  pool: DecoderPool,
  { content, recipe = HashRecipe.UNSPECIFIED, withDerived = false }: ComputeFingerprintsRequest,
  signal: AbortSignal,
): Promise<ComputeFingerprintsResponse> {
  const task = { bytes: content, recipe: recipeNamed(recipe), derived: withDerived };
  const answer = answerOf(cryptographicHashes(content), await pool.decode(task, signal));
  countPicture(answer.problem);
  return answer;
}

function recipeNamed(recipe: HashRecipe): RecipeName {
  switch (recipe) {
    case HashRecipe.UNSPECIFIED:
    case HashRecipe.EXACT:
      return "exact";
    case HashRecipe.FAST:
      return "fast";
    case HashRecipe.UNRECOGNIZED:
      throw Problem.fields({ field: "recipe", description: "is not known here; use HASH_RECIPE_EXACT or _FAST" });
    default:
      return recipe satisfies never;
  }
}
