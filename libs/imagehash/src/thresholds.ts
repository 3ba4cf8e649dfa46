import type { Blockhash } from "./blockhash.ts";
import type { Pdq } from "./pdq.ts";

/** Largest PDQ distance, in bits of 256, that still counts as the same picture. */
export const PDQ_RADIUS = 31;
/** Least PDQ quality with which a hash may be compared. */
export const PDQ_MIN_QUALITY = 50;
/** Largest blockhash distance, in bits of 256, that nominates a picture; it never decides. */
export const BLOCKHASH_RADIUS = 12;
/** Least number of transitions with which a blockhash may be compared: plain pictures all hash alike. */
export const BLOCKHASH_MIN_TRANSITIONS = 60;

/** Whether a PDQ hash says enough to be compared. */
export function pdqIsComparable(pdq: Pick<Pdq, "quality">): boolean {
  return pdq.quality >= PDQ_MIN_QUALITY;
}

/** Whether a blockhash says enough to be compared. */
export function blockhashIsComparable(blockhash: Pick<Blockhash, "transitions">): boolean {
  return blockhash.transitions >= BLOCKHASH_MIN_TRANSITIONS;
}
