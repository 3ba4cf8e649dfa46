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
 * one answer for each picture. Before it looks at what else a file shows, and after each part of it, it says what it knows
 * so far: that stands if it ends over the rest.
 */
export type DecoderMessage =
  | { kind: "ready"; differing: PerceptualAlgorithm[] }
  | { kind: "so far"; known: Decoded }
  | DecoderAnswer;

export type DecoderAnswer =
  | Decoded
  | { kind: "refused"; reason: DecodeRefusal }
  | { kind: "differs"; kernels: PerceptualAlgorithm[] };

export type Decoded = { kind: "decoded"; watched?: boolean } & Extract<PerceptualHashes, { ok: true }>;

/** The process ended over a picture. */
export type Ending = ({ kind: "killed"; reason: "time" | "memory" } | { kind: "crashed" }) & { soFar?: Decoded };

/** How the decoding of one picture ended: with an answer, or with the end of the process. */
export type Decoding = DecoderAnswer | Ending;
