import { entryIdOf } from "../derived/derived.ts";
import { isOwn } from "../derived/own-set.ts";
import type { Fingerprint, Rendition } from "@ntd/proto/common/v1/common";
import type { Hit, RevokedHit } from "@ntd/proto/matching/v1/match";
import type { Content } from "@ntd/proto/prober/v1/target";
import type { FoundOnPage, PageOfRow } from "../pages/page.ts";
import type { ShownOn } from "../pages/shown-on.ts";
import { sameHits, strongest } from "../search/hits.ts";
import { renditionName } from "../search/rendition.ts";
import { knownFilm, seenFrames, withFilm } from "../search/seen-film.ts";
import {
  DEFAULT_RECIPE,
  planOf,
  withRenditions,
  type Form,
  type KnownRendition,
  type SearchPlan,
} from "../search/search-plan.ts";
import { withVetoes } from "../search/veto.ts";

/** What a target looks like in one episode, what it was searched in, and what was told of it. */
export interface Row {
  schemaVersion: 1;
  targetId: string;
  episode: number;
  /** Of the target, as seen last. */
  targetVersion: number;
  content: KnownContent;
  /** The content has not been searched at all yet. */
  pending: boolean;
  /** When its content came, by the clock of who stored it; absent in rows of release 0.2. */
  contentTime?: Date;
  /** How far it was searched when it was written, and what was found; the mark of its range may be further. */
  searched: SetSearch[];
  told?: Told;
  /**
   * What was hit until a list had it no more, the newest last: whoever takes it back later, and why, is told still. In one
   * episode all content is the same picture, however it is packed. Absent when there is none.
   */
  unlisted?: { setId: string; entryId: string }[];
  /** Of the event that brought the content: the search goes on in its trace. */
  trace?: Record<string, string>;
  /** Of a page: what is on it. */
  page?: PageOfRow;
  /** Of a content that pages show, whatever its address: it is told to the pages, and has no event of its own. */
  shownOn?: ShownOn;
}

export interface KnownContent {
  revision: number;
  /** How the perceptual hashes were made; absent in rows of earlier releases. */
  recipe?: string;
  fingerprints: Fingerprint[];
  pdqForms: Form[];
  tooLittleDetail: boolean;
  /** Absent in rows of earlier releases. */
  sizeBytes?: number;
  /** What the file shows besides; absent in rows of earlier releases, and where it is nothing. */
  renditions?: KnownRendition[];
  /** Of a film, all its frames as lists have them; those that do not count have no quality. */
  film?: Uint8Array;
}

export interface SetSearch {
  setId: string;
  /** Of the set's index that was searched. */
  counter: number;
  hits: Hit[];
}

/** What the last event said. */
export interface Told {
  contentRevision: number;
  hits: Hit[];
  tooLittleDetail: boolean;
  matchedTime: Date;
  searched: { setId: string; counter: number }[];
  /** What was hit until it was taken back, the newest last; absent when nothing was. */
  revoked?: RevokedHit[];
  /** Of a page: what its items hit. */
  found?: FoundOnPage;
}

/** More of them say nothing more. */
const MAX_REVOKED = 50;
const MAX_UNLISTED = 50;

/** Takes over what was seen of a target; undefined when there is nothing to look up or nothing new. */
export function takeTarget(
  row: Row | undefined,
  seen: {
    targetId: string;
    episode: number;
    version: number;
    content: Content | undefined;
    time?: Date;
    trace?: Row["trace"];
  },
): Row | undefined {
  const { targetId, episode, version, content, time, trace = {} } = seen;
  if (content === undefined || content.fingerprints.length === 0) return undefined;
  if (row !== undefined && (version < row.targetVersion || content.revision <= row.content.revision)) return undefined;
  const known = knownContent(content);
  const base = { schemaVersion: 1, targetId, episode, targetVersion: version, content: known, trace } as const;
  const earlier = {
    ...(row?.told && { told: row.told }),
    ...(row?.unlisted && { unlisted: row.unlisted }),
    ...(row?.page && { page: row.page }),
  };
  return { ...base, pending: true, ...(time && { contentTime: time }), searched: [], ...earlier };
}

/** What of a content is looked up. */
export function knownContent(content: Content): KnownContent {
  const { revision, recipe, fingerprints, pdqForms, tooLittleDetail, sizeBytes } = content;
  const renditions = content.renditions.filter((one) => !one.tooLittleDetail).map(knownRendition);
  const film = content.film && knownFilm(content.film);
  return {
    revision,
    recipe,
    fingerprints,
    pdqForms,
    // What says nothing itself may show something that does.
    tooLittleDetail: tooLittleDetail && renditions.length === 0 && film === undefined,
    ...(sizeBytes !== undefined && { sizeBytes }),
    ...(renditions.length > 0 && { renditions }),
    ...(film && { film }),
  };
}

function knownRendition(rendition: Rendition): KnownRendition {
  const { nominatesOnly, fingerprints, pdqForms } = rendition;
  return { name: renditionName(rendition), nominatesOnly, fingerprints, pdqForms };
}

/** Everything of the content that can be looked up. */
export function planOfContent(content: KnownContent): SearchPlan {
  const { fingerprints, recipe = DEFAULT_RECIPE, pdqForms, sizeBytes, renditions = [], film } = content;
  const shown = withRenditions(planOf(fingerprints, recipe, pdqForms), renditions);
  const plan = film === undefined ? shown : withFilm(shown, seenFrames(film));
  return { ...plan, ...(sizeBytes !== undefined && { sizeBytes }) };
}

/** The row with its counters raised to its range's marks, through which it was searched whatever it says itself. */
export function raisedTo(row: Row, marks: readonly { setId: string; mark: number }[]): Row {
  const { searched } = row;
  const raised = marks.map(({ setId, mark }) => {
    const { counter, hits } = searched.find((one) => one.setId === setId) ?? { counter: 0, hits: [] };
    return { setId, counter: Math.max(counter, mark), hits };
  });
  const others = searched.filter(({ setId }) => !marks.some((one) => one.setId === setId));
  return { ...row, searched: [...others, ...raised.filter(({ counter }) => counter > 0)] };
}

/** Ids of the entries that this row hits or did hit: what becomes of one is looked after where it was found. */
export function entryIdsOf({ searched, unlisted = [] }: Pick<Row, "searched" | "unlisted">): string[] {
  const hits = searched.flatMap((one) => one.hits);
  return [...new Set([...hits, ...unlisted].map((one) => (isOwn(one.setId) ? entryIdOf(one.entryId) : one.entryId)))];
}

/** What the row hit in a set, now or earlier, and what was found there now has no more. */
export function missedIn(row: Pick<Row, "searched" | "unlisted">, setId: string, found: readonly Hit[]): string[] {
  const hit = row.searched.find((one) => one.setId === setId)?.hits ?? [];
  const unlisted = (row.unlisted ?? []).filter((one) => one.setId === setId);
  const still = new Set(found.map(({ entryId }) => entryId));
  return [...new Set([...hit, ...unlisted].map(({ entryId }) => entryId))].filter((entryId) => !still.has(entryId));
}

/** Takes over what a search found, and what it found no more since it was revoked; `told` is new when that has to be told. */
export function takeSearch(row: Row, found: readonly SetSearch[], now: Date, revoked: readonly RevokedHit[] = []): Row {
  const fresh = new Set(found.map(({ setId }) => setId));
  const searched = [...row.searched.filter(({ setId }) => !fresh.has(setId)), ...found];
  const { unlisted: _, ...rest } = row;
  const unlisted = unlistedIn(row, found, revoked);
  const next: Row = { ...rest, pending: false, searched, ...(unlisted.length > 0 && { unlisted }) };
  const hits = withVetoes(strongest(searched.flatMap((one) => one.hits))).map(withoutPlaces);
  const { revision: contentRevision, tooLittleDetail } = row.content;
  const { told } = row;
  const same = told?.tooLittleDetail === tooLittleDetail && sameHits(told.hits, hits);
  if (same && revoked.length === 0) return row.pending ? untold(next) : next;
  const through = searched.map(({ setId, counter }) => ({ setId, counter }));
  // What is hit again was given back: it is not what was hit until it was taken back.
  const isHit = new Set(searched.flatMap((one) => one.hits).map(({ setId, entryId }) => `${setId} ${entryId}`));
  const gone = [...(told?.revoked ?? []), ...revoked].filter((one) => !isHit.has(`${one.setId} ${one.entryId}`));
  const all = gone.slice(-MAX_REVOKED);
  const news = { contentRevision, hits, tooLittleDetail, matchedTime: now, searched: through };
  const onPage = row.page?.found && { found: row.page.found };
  return untold({ ...next, told: { ...news, ...(all.length > 0 && { revoked: all }), ...onPage } });
}

// Thousands of frames of a film fit into no event; how many they are is told.
function withoutPlaces(hit: Hit): Hit {
  return hit.film === undefined ? hit : { ...hit, film: { ...hit.film, found: [] } };
}

// A page waits until each of its contents was looked up, also one that was told before and has no other hits now.
function untold(row: Row): Row {
  return row.shownOn === undefined ? row : { ...row, shownOn: { ...row.shownOn, untold: true } };
}

function unlistedIn(
  row: Row,
  found: readonly SetSearch[],
  revoked: readonly RevokedHit[],
): NonNullable<Row["unlisted"]> {
  const fresh = new Set(found.map(({ setId }) => setId));
  const missed = found.flatMap(({ setId, hits }) =>
    missedIn(row, setId, hits)
      .filter((entryId) => !revoked.some((one) => one.setId === setId && one.entryId === entryId))
      .map((entryId) => ({ setId, entryId })),
  );
  return [...(row.unlisted ?? []).filter(({ setId }) => !fresh.has(setId)), ...missed].slice(-MAX_UNLISTED);
}
