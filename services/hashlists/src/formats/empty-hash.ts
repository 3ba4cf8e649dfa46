import { createHash } from "node:crypto";
import type { AlgorithmName } from "./entry-line.ts";

// Lists carry these by mistake, and every empty file would match.
const OF_THE_EMPTY_FILE: ReadonlySet<string> = new Set(
  ["sha256", "sha1", "md5"].map((algorithm) => createHash(algorithm).digest("hex")),
);

/** A PDQ sets the bits that lie over the median: about half of its 256, unless there is hardly anything to see. */
const FEWEST_SET = 32;

/** Why a hash stands for nothing that could be listed; undefined where it does for all that can be told. */
export function emptyHash(algorithm: AlgorithmName, hex: string): string | undefined {
  if (OF_THE_EMPTY_FILE.has(hex)) return `${hashStart(hex)} is the hash of the empty file; take the line out`;
  if (ONE_DIGIT.test(hex)) {
    return `${hashStart(hex)} has one digit again and again: it stands for no file; take the line out`;
  }
  if (algorithm !== "PDQ") return undefined;
  const set = bitsSetIn(hex);
  if (set >= FEWEST_SET && set <= 256 - FEWEST_SET) return undefined;
  return `${hashStart(hex)} sets ${set} of its 256 bits: it was made of a flat picture; take the line out`;
}

const ONE_DIGIT = /^(.)\1*$/;

// By the character: a list has millions of them.
const BITS_SET = new Uint8Array(128);
for (let digit = 0; digit < 16; digit++) {
  BITS_SET[digit.toString(16).charCodeAt(0)] = digit.toString(2).replaceAll("0", "").length;
}

function bitsSetIn(hex: string): number {
  let set = 0;
  for (let i = 0; i < hex.length; i++) set += BITS_SET[hex.charCodeAt(i)] ?? 0;
  return set;
}

/** Enough to find a hash again in the file, and not enough to know it. */
export function hashStart(hex: string): string {
  return JSON.stringify(hashText(hex));
}

export function hashText(hex: string): string {
  return hex.length > 8 ? `${hex.slice(0, 8)}…` : hex;
}
