import type {
  DecodeRefusal,
  PerceptualAlgorithm,
  PerceptualHashes,
  PictureFormat,
  RecipeName,
  RefusedFormat,
} from "@ntd/imagehash";

/** What a decoder process is asked: to hash one picture by one recipe. */
export interface DecoderTask {
  bytes: Uint8Array;
  recipe: RecipeName;
  /** Whether hashes of what it would be after edits are asked for, too. */
  derived?: boolean | undefined;
  /** Whether its hashes are computed by other code too. */
  watch: boolean;
}

/**
 * What a decoder process says of a picture. Before it looks at what else a file shows, and after each part of it, it says
 * what it knows so far: that stands if it ends over the rest.
 */
export type DecoderAnswer =
  | Decoded
  | { kind: "refused"; reason: DecodeRefusal; format?: PictureFormat | RefusedFormat }
  | { kind: "differs"; kernels: PerceptualAlgorithm[] };

export type Decoded = { kind: "decoded"; watched?: boolean } & Extract<PerceptualHashes, { ok: true }>;

/** The process ended over a picture. */
export type Ending = ({ kind: "killed"; reason: KillReason } | { kind: "crashed" }) & { soFar?: Decoded };

/** Why a decoder was killed; `answer`: it said what no decoder says, so that somebody else may have spoken by it. */
export type KillReason = "time" | "memory" | "answer";

/** How the decoding of one picture ended: with an answer, or with the end of the process. */
export type Decoding = DecoderAnswer | Ending;
