import { blockhash256 } from "./blockhash.ts";
import type { Blockhash } from "./blockhash.ts";
import { cryptographicHashes } from "./cryptographic.ts";
import type { CryptographicHashes } from "./cryptographic.ts";
import { decodePicture } from "../decode/decode.ts";
import type { DecodeOptions, DecodeRefusal, PictureFacts } from "../decode/decode.ts";
import type { Picture } from "../decode/pixels.ts";
import { pdq } from "./pdq.ts";
import type { Pdq } from "./pdq.ts";
import type { KernelHashes } from "./watch.ts";

/** The hashes of what a file shows, by one recipe, or the reason why there are none. */
export type PerceptualHashes =
  | ({ readonly ok: true; readonly blockhash: Blockhash; readonly pdq: Pdq } & PictureFacts)
  | { readonly ok: false; readonly reason: DecodeRefusal };

/**
 * All hashes of a file. One that gave no picture still has its cryptographic hashes, by which it may be listed,
 * beside the reason why there are no others.
 */
export type HashedPicture = PerceptualHashes & { readonly cryptographic: CryptographicHashes };

/** Hashes a file, by the recipe `exact` unless another is named. Never throws on bad input. See the README for costs. */
export async function hashPicture(bytes: Uint8Array, options?: DecodeOptions): Promise<HashedPicture> {
  const cryptographic = cryptographicHashes(bytes);
  return { ...(await perceptualHashes(bytes, options)), cryptographic };
}

/** Besides how to decode: who is shown each picture with its hashes, while its pixels are there. */
export type HashOptions = DecodeOptions & {
  readonly onHashed?: (picture: Picture, hashes: KernelHashes) => void;
};

/** What of `hashPicture` needs decoding, for a process of its own. */
export async function perceptualHashes(bytes: Uint8Array, options: HashOptions = {}): Promise<PerceptualHashes> {
  const decoded = await decodePicture(bytes, options);
  if (!decoded.ok) return decoded;
  const { facts, picture } = decoded;
  const hashes = { blockhash: blockhash256(picture), pdq: pdq(picture) };
  options.onHashed?.(picture, hashes);
  return { ok: true, ...facts, ...hashes };
}
