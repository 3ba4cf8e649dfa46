import { filmLengthFault, filmValue, frameCounts } from "@ntd/imagehash/films";
import type { Film, FilmFrame } from "@ntd/proto/common/v1/common";

/** Fewer frames find no film. */
const LEAST_FRAMES = 3;
const PDQ_BYTES = 32;

/** A film as lists have it, by the frames that say something; undefined where these are too few to find it by, or more than a list takes. */
export function filmSeen({ frames }: Film): Uint8Array | undefined {
  const counting = frames.filter(({ pdq, tooLittleDetail }) => !tooLittleDetail && pdq.length === PDQ_BYTES);
  const listed = counting.map(listedFrame).filter(frameCounts);
  const value = filmValue(listed);
  return listed.length < LEAST_FRAMES || filmLengthFault(value.length) !== undefined ? undefined : value;
}

function listedFrame({ pdq, quality, time }: FilmFrame) {
  return { pdq, quality, timeMs: Math.floor(Number(time?.seconds ?? 0n) * 1000 + (time?.nanos ?? 0) / 1e6) };
}
