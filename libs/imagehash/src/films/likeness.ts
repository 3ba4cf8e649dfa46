import { differingBits } from "../compare/differing-bits.ts";
import { PDQ_MIN_QUALITY, PDQ_RADIUS } from "../compare/thresholds.ts";

/** One picture of a film. */
export interface Frame {
  /** 32 bytes, as a list has them. */
  pdq: Uint8Array;
  quality: number;
}

/** Of how many frames that count the other film shows one like it; those that do not count are in no number. */
export interface FilmsLikeness {
  entryFound: number;
  entryFrames: number;
  filmFound: number;
  filmFrames: number;
}

/** Whether a frame says enough to be compared. One of a single colour has quality 0. */
export function frameCounts({ pdq, quality }: Frame): boolean {
  return quality >= PDQ_MIN_QUALITY && pdq.length === 32;
}

/**
 * How much of each of two films the other one shows, as vPDQ has it: a frame is found when any frame of the other film lies
 * within `radius` bits of it, whenever it is shown. Which shares make a match is the caller's to say: vPDQ's own defaults
 * contradict each other. A picture shown twice counts twice. Takes (frames × frames) comparisons.
 */
export function filmsLikeness(entry: readonly Frame[], film: readonly Frame[], radius = PDQ_RADIUS): FilmsLikeness {
  const [own, other] = [entry.filter(frameCounts), film.filter(frameCounts)];
  const found = (frames: readonly Frame[], among: readonly Frame[]) =>
    frames.filter(({ pdq }) => among.some((frame) => differingBits(frame.pdq, pdq) <= radius)).length;
  return {
    entryFound: found(own, other),
    entryFrames: own.length,
    filmFound: found(other, own),
    filmFrames: other.length,
  };
}
