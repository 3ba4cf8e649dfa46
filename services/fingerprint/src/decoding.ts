import type { DecodeRefusal, PerceptualHashes, RecipeName } from "@ntd/imagehash";

/** What a decoder process is asked: to hash one picture by one recipe. */
export interface DecoderTask {
  bytes: Uint8Array;
  recipe: RecipeName;
}

/** What a decoder process says: that it is ready, and then one answer for each picture. */
export type DecoderMessage = { kind: "ready" } | DecoderAnswer;

export type DecoderAnswer =
  | ({ kind: "decoded" } & Extract<PerceptualHashes, { ok: true }>)
  | { kind: "refused"; reason: DecodeRefusal };

/** How the decoding of one picture ended: with an answer, or with the end of the process. */
export type Decoding = DecoderAnswer | { kind: "killed"; reason: "time" | "memory" } | { kind: "crashed" };
