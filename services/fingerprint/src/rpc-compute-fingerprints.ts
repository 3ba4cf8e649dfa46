import type { RecipeName } from "@ntd/imagehash";
import { cryptographicHashes, cutAvif } from "@ntd/imagehash/hashes";
import {
  HashRecipe,
  type ComputeFingerprintsRequest,
  type ComputeFingerprintsResponse,
} from "@ntd/proto/fingerprint/v1/fingerprint_service";
import { Problem } from "@ntd/service";
import { answerOf } from "./answer.ts";
import type { DecoderPool } from "./decoder-pool.ts";
import type { DecoderTask, Decoding } from "./decoding.ts";
import type { Films } from "./films/films.ts";
import { countPicture } from "./metrics.ts";

/** Who decodes pictures; and who may show what of a cut one they do not. */
export interface Decoders {
  pool: Pick<DecoderPool, "decode">;
  films?: Pick<Films, "show">;
}

/** @throws Problem FIELD_INVALID when the recipe is one of a newer release; what the pool throws. */
export async function computeFingerprints(
  decoders: Decoders,
  { content, recipe = HashRecipe.UNSPECIFIED, withDerived = false }: ComputeFingerprintsRequest,
  signal: AbortSignal,
): Promise<ComputeFingerprintsResponse> {
  const task = { bytes: content, recipe: recipeNamed(recipe), derived: withDerived };
  const decoding = await decoders.pool.decode(task, signal);
  const cut = isCut(decoding) ? await decodeCut(decoders, task, signal) : undefined;
  const answer = answerOf(cryptographicHashes(content), cut ?? decoding);
  countPicture(answer.problem);
  return answer;
}

/** Whether it may be a picture whose end is missing, which our decoders take whole or not at all. */
function isCut(decoding: Decoding): boolean {
  return decoding.kind === "refused" && decoding.reason === "broken" && decoding.format === "avif";
}

/** What an AVIF shows as far as it goes; undefined where that is nothing. */
async function decodeCut(
  { pool, films }: Decoders,
  task: Omit<DecoderTask, "watch">,
  signal: AbortSignal,
): Promise<Decoding | undefined> {
  const coded = cutAvif(task.bytes);
  const shown = coded && (await films?.show(coded, signal));
  const decoding = shown && (await pool.decode({ ...task, bytes: shown }, signal));
  return decoding?.kind === "decoded" ? { ...decoding, format: "avif", degraded: true } : undefined;
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
