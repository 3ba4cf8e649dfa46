import { filmValue, frameCounts, framesOf } from "@ntd/imagehash/films";
import type { Film, FilmFrame } from "@ntd/proto/common/v1/common";
import { ORIGINAL, type SearchPlan, type Wanted } from "./search-plan.ts";

/** A frame of a film that was seen, which says enough to be looked up. */
export interface SeenFrame {
  /** Among all frames that were seen. */
  place: number;
  timeMs: number;
  value: Uint8Array;
  quality: number;
}

/** Frames of a film that are looked up among listed pictures, spread over it: what is shown for longer is among them. */
export const FRAMES_AS_PICTURES = 64;

const NO_HASH = new Uint8Array(32);

/** A film as lists have them, every frame at its place; undefined where none says enough to be looked up. */
export function knownFilm({ frames }: Film): Uint8Array | undefined {
  const known = filmValue(frames.map(listedFrame));
  return seenFrames(known).length > 0 ? known : undefined;
}

function listedFrame({ pdq, quality, tooLittleDetail, time }: FilmFrame) {
  const says = !tooLittleDetail && pdq.length === NO_HASH.length;
  const timeMs = Math.floor(Number(time?.seconds ?? 0n) * 1000 + (time?.nanos ?? 0) / 1e6);
  return says ? { pdq, quality, timeMs } : { pdq: NO_HASH, quality: 0, timeMs };
}

/** The frames that count of a film in its listed form. */
export function seenFrames(film: Uint8Array): SeenFrame[] {
  return framesOf(film).flatMap((frame, place) => {
    const { pdq: value, quality, timeMs } = frame;
    return frameCounts(frame) ? [{ place, timeMs, value, quality }] : [];
  });
}

/** The plan with a film: all its frames among those of listed films, and some of them, as they lie, among pictures. */
export function withFilm(plan: SearchPlan, frames: readonly SeenFrame[]): SearchPlan {
  if (frames.length === 0) return plan;
  const pictures = spread(frames, FRAMES_AS_PICTURES).map(({ place, timeMs, value, quality }): Wanted => {
    const rendition = `at ${Math.round(timeMs / 100) / 10} s`;
    return { form: ORIGINAL, value, quality, rendition, nominatesOnly: true, frame: place };
  });
  const near = { ...plan.near, ALGORITHM_PDQ: [...plan.near.ALGORITHM_PDQ, ...pictures] };
  return { ...plan, near, film: frames };
}

function spread<T>(all: readonly T[], most: number): T[] {
  const count = Math.min(all.length, most);
  return Array.from({ length: count }, (_, nth) => all[Math.floor((nth * all.length) / count)]).filter(
    (one) => one !== undefined,
  );
}
