import type { Blockhash } from "../hashes/blockhash.ts";
import type { Pdq } from "../hashes/pdq.ts";

// What each follows from is measured by `npm run bench:robustness`; the README, "Thresholds", gives the table.

/**
 * Largest PDQ distance, in bits of 256, that still counts as the same picture. Follows from the rows "128 pixels wide"
 * and "crop 1 % a side", the hardest edits that it shall find (90 % of them lie within 24), and from the false matches:
 * none within 48. More would find harder crops only, and lists are exchanged with 31.
 */
export const PDQ_RADIUS = 31;
/**
 * Least PDQ quality with which a hash may be compared. The generated pictures are too rich to need it; it follows from
 * crops of photographs and drawings: of a million, one found 2,370 on average within the radius without this floor,
 * since flat parts hash alike, and nothing unrelated with it.
 */
export const PDQ_MIN_QUALITY = 50;
/**
 * Largest blockhash distance, in bits of 256, that nominates a picture; it never decides. Follows from the false
 * matches with the floor below: 1 within 12, then 16, 79, 300 and 1,730 within 16, 20, 24 and 31; and from the
 * re-encoded and scaled rows, in which 12 leaves nothing to gain.
 */
export const BLOCKHASH_RADIUS = 12;
/**
 * Least number of transitions with which a blockhash may be compared: plain pictures all hash alike. Follows from the
 * false matches within 12: 4,675 of 81 million pairs without a floor, one of the 62 million pairs that pass it.
 */
export const BLOCKHASH_MIN_TRANSITIONS = 60;

/** What a hash set is compared by unless its policy says otherwise. */
export const DEFAULT_THRESHOLDS: Readonly<Record<"pdq" | "blockhash" | "pdqQuality" | "blockhashTransitions", number>> =
  Object.freeze({
    pdq: PDQ_RADIUS,
    blockhash: BLOCKHASH_RADIUS,
    pdqQuality: PDQ_MIN_QUALITY,
    blockhashTransitions: BLOCKHASH_MIN_TRANSITIONS,
  });

/** Whether a PDQ hash says enough to be compared. */
export function pdqIsComparable(pdq: Pick<Pdq, "quality">): boolean {
  return pdq.quality >= PDQ_MIN_QUALITY;
}

/** Whether a blockhash says enough to be compared. */
export function blockhashIsComparable(blockhash: Pick<Blockhash, "transitions">): boolean {
  return blockhash.transitions >= BLOCKHASH_MIN_TRANSITIONS;
}
