import { blockhash256, decodePicture, pdq, RECIPE_EXACT } from "@ntd/imagehash";
import type { DecoderAnswer, DecoderMessage } from "./decoding.ts";

// A process of its own: it gets a picture's bytes over its channel, answers with hashes, and can be killed at any
// moment. It ends by itself when its parent does, since then the channel closes and nothing is left to do.
process.on("message", (bytes: Uint8Array) => {
  void hash(bytes).then(say);
});
say({ kind: "ready" });

async function hash(bytes: Uint8Array): Promise<DecoderAnswer> {
  const decoded = await decodePicture(bytes);
  if (!decoded.ok) return { kind: "refused", reason: decoded.reason };
  const { pixels: _, ...facts } = decoded.picture;
  const hashes = { pdq: pdq(decoded.picture), blockhash: blockhash256(decoded.picture) };
  return { kind: "decoded", recipe: RECIPE_EXACT, ...facts, ...hashes };
}

// That the parent has gone is no fault here: the end of the channel is the end of this process.
function say(message: DecoderMessage): void {
  process.send?.(message, undefined, undefined, () => undefined);
}
