import type { Blockhash, DecodeRefusal, Pdq, Picture, Recipe } from "@ntd/imagehash";

/** What a decoder process says: that it is ready, and then one answer for each picture. */
export type DecoderMessage = { kind: "ready" } | DecoderAnswer;

export type DecoderAnswer =
  | ({ kind: "decoded"; recipe: Recipe; pdq: Pdq; blockhash: Blockhash } & Omit<Picture, "pixels">)
  | { kind: "refused"; reason: DecodeRefusal };

/** How the decoding of one picture ended: with an answer, or with the end of the process. */
export type Decoding = DecoderAnswer | { kind: "killed"; reason: "time" | "memory" } | { kind: "crashed" };
