import { blockhash256, decodePicture, derivedFingerprints, FORMS, innerPicture, pdq } from "@ntd/imagehash";
import { innerNominatesOnly, type Picture } from "@ntd/imagehash";
import { countTransitions } from "@ntd/imagehash/compare";

/** What is compared of a picture; hashes as eight words of 32 bits. */
export interface Hashes {
  /** PDQ in all eight forms; the first is the picture as it lies. */
  readonly pdq: readonly Int32Array[];
  readonly quality: number;
  readonly blockhash: Int32Array;
  readonly transitions: number;
}

export async function decoded(bytes: Uint8Array): Promise<Picture> {
  const result = await decodePicture(bytes);
  if (!result.ok) throw new Error(`a picture of the benchmark was refused: ${result.reason}`);
  return result.picture;
}

export function hashesOf(picture: Picture): Hashes {
  const { forms, quality } = pdq(picture);
  return wordsOf(forms, quality, blockhash256(picture).hash);
}

export function wordsOf(
  forms: Readonly<Record<(typeof FORMS)[number], Uint8Array>>,
  quality: number,
  blockhash: Uint8Array,
): Hashes {
  const transitions = countTransitions(blockhash);
  return { pdq: FORMS.map((form) => words(forms[form])), quality, blockhash: words(blockhash), transitions };
}

/** All that is looked up of a picture: itself, and what a border frames of it where that may decide. */
export function lookedUpOf(picture: Picture): Hashes[] {
  const inner = innerPicture(picture);
  if (inner === undefined) return [hashesOf(picture)];
  const within = hashesOf(inner.picture);
  return innerNominatesOnly(inner.areaPercent, within.quality) ? [hashesOf(picture)] : [hashesOf(picture), within];
}

/** Entries of a set of one's own: hashes that nominate. */
export function derivedOf(picture: Picture): Int32Array[] {
  return derivedFingerprints(picture).map(({ hash }) => words(hash));
}

/** The nearest of the eight ways the query can lie to the listed picture, as the platform looks PDQ up. */
export function pdqDistance(query: Hashes, listed: Hashes): number {
  return formsDistance(query, listed.pdq[0] as Int32Array);
}

export function formsDistance(query: Hashes, listed: Int32Array): number {
  let nearest = 256;
  for (const form of query.pdq) nearest = Math.min(nearest, distance(form, listed));
  return nearest;
}

/** Blockhash is looked up as the picture lies. */
export function blockhashDistance(query: Hashes, listed: Hashes): number {
  return distance(query.blockhash, listed.blockhash);
}

export function distance(a: Int32Array, b: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < 8; i++) {
    let bits = (a[i] as number) ^ (b[i] as number);
    bits -= (bits >>> 1) & 0x55555555;
    bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
    sum += Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return sum;
}

export function words(hash: Uint8Array): Int32Array {
  return new Int32Array(Uint8Array.from(hash).buffer);
}
