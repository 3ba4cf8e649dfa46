import { isNegative } from "@ntd/facts";
import type { Algorithm } from "@ntd/proto/common/v1/common";
import type { Hit } from "@ntd/proto/matching/v1/match";
import { shareOf } from "./film-match.ts";
import { pictureOf } from "./rendition.ts";

/** More hits than this say nothing more. */
export const MAX_HITS = 50;

/** More near misses explain nothing more. */
export const MAX_NEAR_MISSES = 10;

/** How sure an algorithm is: the first is the surest. */
const ORDER: readonly Algorithm[] = [
  "ALGORITHM_SHA256",
  "ALGORITHM_SHA1",
  "ALGORITHM_MD5",
  "ALGORITHM_PDQ",
  "ALGORITHM_VPDQ",
  "ALGORITHM_BLOCKHASH256",
];

/** Of listed films, each of which may name thousands of frames; and so many of them are left to negative sets. */
const MAX_FILMS = 10;
const MAX_NEGATIVE_FILMS = 5;

/**
 * The hits that are told: of each entry the best by each algorithm, the strongest first, at most `MAX_HITS`. However
 * many one set has, the best of every other set stays among them: it may veto, or decide.
 */
export function strongest(hits: readonly Hit[]): Hit[] {
  const ordered = fewFilms(bestOfEntries(hits.toSorted(byStrength)));
  const firsts = [...new Map(ordered.toReversed().map((hit) => [hit.setId, hit])).values()].toSorted(byStrength);
  const rest = ordered.filter((hit) => !firsts.includes(hit));
  const vetoesFirst = [...firsts.filter(isNegative), ...firsts.filter((hit) => !isNegative(hit))];
  return [...vetoesFirst, ...rest].slice(0, MAX_HITS).toSorted(byStrength);
}

/** Of each entry the nearest miss, the nearest of all first, at most `MAX_NEAR_MISSES`; what is hit is none. */
export function nearestMisses(misses: readonly Hit[], hits: readonly Hit[]): Hit[] {
  const entryOf = ({ setId, entryId }: Hit) => `${setId} ${entryId}`;
  const hit = new Set(hits.map(entryOf));
  const nearest = misses.toSorted((a, b) => a.distance - b.distance || byStrength(a, b));
  const others = bestOfEntries(nearest).filter((miss) => !hit.has(entryOf(miss)));
  return others.slice(0, MAX_NEAR_MISSES);
}

/**
 * Whether two lists of hits tell the same. The release does not count: the same entry in the next one is no news. Nor
 * do the expected false matches, which change with the size of a list, and vetoes, which follow from the hits.
 */
export function sameHits(some: readonly Hit[], others: readonly Hit[]): boolean {
  return some.length === others.length && some.every((hit, i) => told(hit) === told(others[i]));
}

function fewFilms(ordered: readonly Hit[]): Hit[] {
  const films = ordered.filter(({ algorithm }) => algorithm === "ALGORITHM_VPDQ");
  if (films.length <= MAX_FILMS) return [...ordered];
  const negative = films.filter(isNegative).slice(0, MAX_NEGATIVE_FILMS);
  const others = films.filter((hit) => !isNegative(hit)).slice(0, MAX_FILMS - negative.length);
  const kept = new Set([...negative, ...others]);
  return ordered.filter((hit) => hit.algorithm !== "ALGORITHM_VPDQ" || kept.has(hit));
}

function bestOfEntries(ordered: readonly Hit[]): Hit[] {
  const best = new Map<string, Hit>();
  for (const hit of ordered) {
    // What speaks against is said of each picture of the file: it speaks of that one alone.
    const of = isNegative(hit) ? pictureOf(hit.rendition) : "";
    const key = `${hit.setId} ${hit.algorithm} ${hit.entryId} ${of}`;
    if (!best.has(key)) best.set(key, hit);
  }
  return [...best.values()];
}

function byStrength(a: Hit, b: Hit): number {
  return (
    ORDER.indexOf(a.algorithm) - ORDER.indexOf(b.algorithm) ||
    // Of one entry, what may decide is told before what is nearer and may not.
    Number(a.nominatesOnly ?? false) - Number(b.nominatesOnly ?? false) ||
    (b.film ? shareOf(b.film) : 0) - (a.film ? shareOf(a.film) : 0) ||
    a.distance - b.distance ||
    b.votes - a.votes ||
    compare(a.setId, b.setId) ||
    compare(a.entryId, b.entryId) ||
    compare(a.rendition ?? "", b.rendition ?? "") ||
    Number(b.form === "original") - Number(a.form === "original") ||
    compare(a.form, b.form)
  );
}

function told(hit: Hit | undefined): string {
  if (hit === undefined) return "";
  const { algorithm, distance, threshold, queryQuality, entryQuality, form, classification } = hit;
  const { setId, setOwner, setRole, entryId, votes, autoIssue, minVotes, crossRecipe = false } = hit;
  const { fileKey = "", entrySizeBytes = 0, weakEqualityDecides = false, rendition = "", nominatesOnly = false } = hit;
  const shown = [form, rendition, nominatesOnly, hit.derivedEdit, hit.film, hit.disputed ?? false];
  const seen = [algorithm, distance, threshold, queryQuality, entryQuality, ...shown, crossRecipe];
  const listed = [setId, setOwner, setRole, entryId, votes, autoIssue, minVotes, fileKey, entrySizeBytes];
  const { scheme, version, code } = classification ?? { scheme: "", version: "", code: "" };
  return JSON.stringify([...seen, ...listed, weakEqualityDecides, scheme, version, code]);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
