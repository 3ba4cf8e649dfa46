import { PDQ_RADIUS } from "@ntd/imagehash/compare";
import { filmsLikeness, frameCounts, type Frame } from "@ntd/imagehash/films";
import { isFilmMatch } from "@ntd/matching/film-match";
import { quantile } from "./report.ts";
import { FILM_EDITS, type FilmEdit } from "./robustness-film-edits.ts";
import { distance, words } from "./robustness-hashes.ts";
import { print } from "./robustness-tables.ts";

/** Shares of frames that could make a match. */
export const SHARES = [0.1, 0.3, 0.5, 0.8];

type Counts = ReturnType<typeof countsOf>;

export interface FilmOutcome {
  edit: FilmEdit;
  counts: Counts;
}

export function countsOf(listed: readonly Frame[], seen: readonly Frame[]) {
  const { entryFound, entryFrames, filmFound, filmFrames } = filmsLikeness(listed, seen);
  const counts = { entryFrames, entryFramesFound: entryFound, filmFrames, filmFramesFound: filmFound };
  const [entry, film] = [entryFound / Math.max(1, entryFrames), filmFound / Math.max(1, filmFrames)];
  return { entry, film, isMatch: isFilmMatch(counts) };
}

export function filmsFound(outcomes: readonly FilmOutcome[]): number {
  return percent(outcomes, ({ isMatch }) => isMatch);
}

/** What each edit leaves, and what each rule would find. */
export function printFilms(outcomes: readonly FilmOutcome[]): void {
  const rows = FILM_EDITS.map((edit) => {
    const some = outcomes.filter((outcome) => outcome.edit === edit);
    const half = (share: (counts: Counts) => number) =>
      (
        100 *
        quantile(
          some.map(({ counts }) => share(counts)),
          0.5,
        )
      ).toFixed(0);
    const rules = SHARES.map((least) => percent(some, ({ entry, film }) => Math.max(entry, film) >= least).toFixed(1));
    const entryAlone = percent(some, ({ entry }) => entry >= 0.8).toFixed(1);
    return [
      edit.name,
      half(({ entry }) => entry),
      half(({ film }) => film),
      filmsFound(some).toFixed(1),
      ...rules,
      entryAlone,
    ];
  });
  const heads = ["edit", "of the listed film's frames found, %", "of the seen one's, %", "**films found**, %"];
  const rules = SHARES.map((share) => `either ≥ ${100 * share} %`);
  print(
    `Recall, ${outcomes.length / FILM_EDITS.length} films; shares are medians`,
    [...heads, ...rules, "listed ≥ 80 %"],
    rows,
  );
}

/** Pairs of frames that count, of whatever versions of two films. */
export function unrelatedFrames(films: readonly Frame[][][]): { pairs: number; near: number } {
  let [pairs, near] = [0, 0];
  const frames = films.map((versions) =>
    versions
      .flat()
      .filter(frameCounts)
      .map(({ pdq }) => words(pdq)),
  );
  for (const [i, some] of frames.entries()) {
    for (const others of frames.slice(0, i)) {
      pairs += some.length * others.length;
      for (const one of some) for (const other of others) if (distance(one, other) <= PDQ_RADIUS) near++;
    }
  }
  return { pairs, near };
}

/** Every version of each film beside each other film as it is listed: how many match, and how many would by each share. */
export function unrelatedFilms(films: readonly Frame[][][]) {
  const pairs = films.flatMap((versions, i) =>
    films.flatMap(([listed = []], other) => (other === i ? [] : versions.map((seen) => countsOf(listed, seen)))),
  );
  const showing = SHARES.map((least) => pairs.filter(({ entry, film }) => Math.max(entry, film) >= least).length);
  return { pairs: pairs.length, showing, matching: pairs.filter(({ isMatch }) => isMatch).length };
}

function percent(outcomes: readonly FilmOutcome[], is: (counts: Counts) => boolean): number {
  return (100 * outcomes.filter(({ counts }) => is(counts)).length) / outcomes.length;
}
