import { isNegative, mayDecide } from "@ntd/facts";
import type { Algorithm } from "@ntd/proto/common/v1/common";
import type { FilmMatch, Hit } from "@ntd/proto/matching/v1/match";
import { isFilmMatch, withoutFrames } from "./film-match.ts";
import { pictureOf } from "./rendition.ts";

const LIKENESS: ReadonlySet<Algorithm> = new Set(["ALGORITHM_PDQ", "ALGORITHM_BLOCKHASH256", "ALGORITHM_VPDQ"]);

/**
 * The rule: a hit in a negative set, by whatever algorithm, speaks against every hit by likeness in the other sets,
 * unless the bytes themselves equal those listed in a positive set: by SHA-256, or by MD5 and SHA-1 of one listed file.
 * By likeness it speaks for the picture that it found alone: the other frames of an animation are other pictures. Of a
 * film it takes the frames that it found out of every other hit's numbers, and vetoes what is no match without them. Each
 * vetoed hit names the set of the strongest negative one that speaks of it. Hits are given the strongest first; equality
 * of bytes is never vetoed.
 */
export function withVetoes(hits: readonly Hit[]): Hit[] {
  const negative = hits.filter(isNegative);
  const equalBytes = saysEqualBytes(hits.filter((hit) => mayDecide(hit) && hit.disputed !== true));
  if (equalBytes) return hits.map((hit) => ({ ...hit, vetoedBySet: "" }));
  const innocent = new Set(negative.flatMap(({ film }) => film?.found ?? []));
  return hits.map((hit) => {
    const isOpen = LIKENESS.has(hit.algorithm) && !isNegative(hit);
    const film = isOpen && hit.film && withoutFrames(hit.film, innocent);
    const left: Hit = film ? { ...hit, film } : hit;
    const against = isOpen ? negative.find((one) => speaksOf(one, left)) : undefined;
    return { ...left, vetoedBySet: against?.setId ?? "" };
  });
}

function speaksOf(negative: Hit, hit: Hit): boolean {
  if (!LIKENESS.has(negative.algorithm)) return true;
  const { film } = negative;
  if (hit.film !== undefined) return film !== undefined && isTakenBy(new Set(film.found), hit, hit.film);
  return film === undefined && pictureOf(negative.rendition) === pictureOf(hit.rendition);
}

// What is left was found by frames that are not innocent.
function isTakenBy(innocent: ReadonlySet<number>, { algorithm }: Hit, film: FilmMatch): boolean {
  if (!film.found.some((place) => innocent.has(place))) return false;
  return algorithm === "ALGORITHM_VPDQ" ? !isFilmMatch(film) : film.filmFramesFound === 0;
}

// MD5 alone, and SHA-1 alone, two files can share.
function saysEqualBytes(hits: readonly Hit[]): boolean {
  const ofFile = ({ setId, fileKey }: Hit) => `${setId} ${fileKey}`;
  const md5 = hits.filter(({ algorithm, fileKey }) => algorithm === "ALGORITHM_MD5" && fileKey !== undefined);
  const files = new Set(md5.map(ofFile));
  return hits.some((hit) => {
    if (hit.algorithm === "ALGORITHM_SHA256") return true;
    return hit.algorithm === "ALGORITHM_SHA1" && hit.fileKey !== undefined && files.has(ofFile(hit));
  });
}
