import { cryptographicHashes } from "@ntd/imagehash";
import type {
  ComputeFingerprintsRequest,
  ComputeFingerprintsResponse,
} from "@ntd/proto/fingerprint/v1/fingerprint_service";
import { answerOf } from "./answer.ts";
import type { DecoderPool } from "./decoder-pool.ts";
import { countPicture } from "./metrics.ts";

export async function computeFingerprints(
  pool: DecoderPool,
  { content }: ComputeFingerprintsRequest,
  signal: AbortSignal,
): Promise<ComputeFingerprintsResponse> {
  const answer = answerOf(cryptographicHashes(content), await pool.decode(content, signal));
  countPicture(answer.problem);
  return answer;
}
