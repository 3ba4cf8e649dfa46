import type { Hit } from "@ntd/proto/matching/v1/match";
import type { Wanted } from "./search-plan.ts";

/** What a hit says of where in a file the picture is that was looked up. */
export function shownBy(wanted: Wanted | undefined): Pick<Hit, "rendition" | "nominatesOnly" | "film"> {
  const { rendition, nominatesOnly, frame } = wanted ?? {};
  return {
    ...(rendition !== undefined && { rendition }),
    ...(nominatesOnly && { nominatesOnly }),
    ...(frame !== undefined && { film: { ...NO_FILM, found: [frame] } }),
  };
}

const NO_FILM = { entryFrames: 0, entryFramesFound: 0, filmFrames: 0, filmFramesFound: 0 };

/**
 * The hits of a set, those of frames of a film by their pictures: of each listed picture the nearest frame, and how many
 * of those that were looked up show it. Other hits are passed on.
 */
export function framesTogether(hits: readonly Hit[], wanted: readonly Wanted[]): Hit[] {
  const filmFrames = wanted.filter(({ frame }) => frame !== undefined).length;
  const byEntry = new Map<string, { nearest: Hit; found: number[] }>();
  for (const hit of hits) {
    if (hit.film === undefined) continue;
    const one = byEntry.get(hit.entryId) ?? { nearest: hit, found: [] };
    byEntry.set(hit.entryId, one);
    one.found.push(...hit.film.found);
    if (hit.distance < one.nearest.distance) one.nearest = hit;
  }
  const together = [...byEntry.values()].map(({ nearest, found }) => {
    const places = [...new Set(found)].toSorted((a, b) => a - b);
    return { ...nearest, film: { ...NO_FILM, filmFrames, filmFramesFound: places.length, found: places } };
  });
  return [...hits.filter(({ film }) => film === undefined), ...together];
}
