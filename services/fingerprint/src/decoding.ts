import type { DecodeRefusal, PerceptualAlgorithm, PerceptualHashes, RecipeName } from "@ntd/imagehash";

/** What a decoder process is asked: to hash one picture by one recipe. */
export interface DecoderTask {
  bytes: Uint8Array;
  recipe: RecipeName;
  /** Whether its hashes are computed by other code too. */
  watch: boolean;
}

/**
 * What a decoder process says: that it is ready, and which hashes of known pictures it computes wrongly, if any; and then
 * one answer for each picture.
 */
export type DecoderMessage = { kind: "ready"; differing: PerceptualAlgorithm[] } | DecoderAnswer;

export type DecoderAnswer =
  | ({ kind: "decoded"; watched?: boolean } & Extract<PerceptualHashes, { ok: true }>)
  | { kind: "refused"; reason: DecodeRefusal }
  | { kind: "differs"; kernels: PerceptualAlgorithm[] };

/** How the decoding of one picture ended: with an answer, or with the end of the process. */
export type Decoding = DecoderAnswer | { kind: "killed"; reason: "time" | "memory" } | { kind: "crashed" };
