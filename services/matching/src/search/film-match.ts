import type { FilmMatch } from "@ntd/proto/matching/v1/match";

/**
 * What makes a match of two films: this share of the frames of either one is found in the other, so that a part of a
 * listed film is found as well as one that stands in a longer film. Follows from `npm run bench:robustness -- films`:
 * with a logo half of a film's frames are found, of some a third; unrelated films show nothing of each other.
 */
export const FILM_SHARE = 0.3;
/** And at least so many frames, where both films have as many. */
export const FILM_FRAMES = 3;

/** A frame that was seen, found among those of a listed film. */
export interface FrameFound {
  /** Of the frame that was seen, among all that were. */
  place: number;
  /** The listed one, among those of all films. */
  listed: number;
  distance: number;
}

/** A listed film among the others of its set. Films are related when they share most of the frames of the shorter one. */
export interface Kin {
  related: ReadonlySet<number>;
  /** Those of its frames that a film which is not related has, too. */
  shared: ReadonlySet<number>;
}

export const NO_KIN: Kin = { related: new Set(), shared: new Set() };

/** Whether so much is found of two films that they may be one, or one a part of the other. */
export function isFilmMatch({ entryFrames, entryFramesFound, filmFrames, filmFramesFound }: Counts): boolean {
  const least = Math.max(1, Math.min(FILM_FRAMES, entryFrames, filmFrames));
  if (entryFramesFound < least || filmFramesFound < least) return false;
  return entryFramesFound >= FILM_SHARE * entryFrames || filmFramesFound >= FILM_SHARE * filmFrames;
}

type Counts = Omit<FilmMatch, "found">;

/**
 * How much of a listed film was found, and of the seen one in it. A frame that is in a film which is not related, too,
 * says nothing: it is in no number.
 *
 * @param found what was found of this film; `filmsAt` names all films that the frame at a place was found in.
 */
export function filmMatch(
  film: { film: number; frames: number; kin: Kin },
  seenFrames: number,
  found: readonly FrameFound[],
  filmsAt: (place: number) => ReadonlySet<number>,
): FilmMatch {
  const { related, shared } = film.kin;
  const isForeign = (other: number) => other !== film.film && !related.has(other);
  const inShared = found.filter(({ listed }) => shared.has(listed)).map(({ place }) => place);
  const inForeign = [...new Set(found.map(({ place }) => place))].filter((place) =>
    [...filmsAt(place)].some(isForeign),
  );
  const saysNothing = new Set([...inShared, ...inForeign]);
  const counting = found.filter(({ place }) => !saysNothing.has(place));
  const places = [...new Set(counting.map(({ place }) => place))].toSorted((a, b) => a - b);
  return {
    entryFrames: film.frames - shared.size,
    entryFramesFound: new Set(counting.map(({ listed }) => listed)).size,
    filmFrames: seenFrames - saysNothing.size,
    filmFramesFound: places.length,
    found: places,
  };
}

/**
 * The films that a listed film is related to, and which of its frames others have as well.
 *
 * @param alike of each of its frames, those of all films that are like it, itself among them.
 */
export function kinOf(
  film: number,
  alike: ReadonlyMap<number, readonly number[]>,
  filmOf: (frame: number) => number,
  framesIn: (film: number) => number,
): Kin {
  const own = new Map<number, Set<number>>();
  const theirs = new Map<number, Set<number>>();
  for (const [frame, others] of alike) {
    for (const other of others) {
      const of = filmOf(other);
      if (of === film) continue;
      grouped(own, of).add(frame);
      grouped(theirs, of).add(other);
    }
  }
  const isRelated = (other: number) => {
    const [shorter, foundOfIt] = framesIn(film) <= framesIn(other) ? [film, own] : [other, theirs];
    return 2 * (foundOfIt.get(other)?.size ?? 0) > framesIn(shorter);
  };
  const related = new Set([...own.keys()].filter(isRelated));
  const shared = [...own].flatMap(([other, frames]) => (related.has(other) ? [] : [...frames]));
  return { related, shared: new Set(shared) };
}

/** The match without some frames that were seen; how many frames of the listed film they found is about as many. */
export function withoutFrames(match: FilmMatch, taken: ReadonlySet<number>): FilmMatch {
  const left = match.found.filter((place) => !taken.has(place)).length;
  const gone = match.filmFramesFound - left;
  if (gone <= 0) return match;
  const entryLeft = Math.round((match.entryFramesFound * left) / match.filmFramesFound);
  return {
    ...match,
    entryFrames: match.entryFrames - (match.entryFramesFound - entryLeft),
    entryFramesFound: entryLeft,
    filmFrames: match.filmFrames - gone,
    filmFramesFound: left,
  };
}

/** The larger of the two shares that were found. */
export function shareOf({ entryFrames, entryFramesFound, filmFrames, filmFramesFound }: Counts): number {
  return Math.max(entryFramesFound / Math.max(1, entryFrames), filmFramesFound / Math.max(1, filmFrames));
}

function grouped<K, V>(groups: Map<K, Set<V>>, key: K): Set<V> {
  const group = groups.get(key) ?? new Set<V>();
  groups.set(key, group);
  return group;
}
