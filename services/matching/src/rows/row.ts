import type { Fingerprint } from "@ntd/proto/common/v1/common";
import type { Hit } from "@ntd/proto/matching/v1/match";
import type { Content } from "@ntd/proto/prober/v1/target";
import { sameHits, strongest } from "../search/hits.ts";
import type { Form } from "../search/search-plan.ts";
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
  /** How far it was searched, and what was found there. */
  searched: SetSearch[];
  told?: Told;
  /** Of the event that brought the content: the search goes on in its trace. */
  trace?: Record<string, string>;
}

export interface KnownContent {
  revision: number;
  /** How the perceptual hashes were made; absent in rows of earlier releases. */
  recipe?: string;
  fingerprints: Fingerprint[];
  pdqForms: Form[];
  tooLittleDetail: boolean;
}

export interface SetSearch {
  setId: string;
  /** Of the set's index that was searched. */
  counter: number;
  /** With which counter that release came into force; absent in rows of earlier releases of this service: `counter`. */
  releaseCounter?: number;
  hits: Hit[];
}

/** What the last event said. */
export interface Told {
  contentRevision: number;
  hits: Hit[];
  tooLittleDetail: boolean;
  matchedTime: Date;
  searched: { setId: string; counter: number }[];
}

/** A set as it can be searched now. */
export interface SearchableSet {
  setId: string;
  /** Raised by every release and every revocation. */
  counter: number;
  /** The counter with which the release came into force. */
  releaseCounter: number;
}

/** Takes over what was seen of a target; undefined when there is nothing to look up or nothing new. */
export function takeTarget(
  row: Row | undefined,
  seen: { targetId: string; episode: number; version: number; content: Content | undefined; trace?: Row["trace"] },
): Row | undefined {
  const { targetId, episode, version, content, trace = {} } = seen;
  if (content === undefined || content.fingerprints.length === 0) return undefined;
  if (row !== undefined && (version < row.targetVersion || content.revision <= row.content.revision)) return undefined;
  const { revision, recipe, fingerprints, pdqForms, tooLittleDetail } = content;
  const known = { revision, recipe, fingerprints, pdqForms, tooLittleDetail };
  const base = { schemaVersion: 1, targetId, episode, targetVersion: version, content: known, trace } as const;
  return { ...base, pending: true, searched: [], ...(row?.told && { told: row.told }) };
}

/**
 * The sets in which this row is to be searched: not yet searched as far as they go now. A revocation can only take hits
 * away, so that without any hit there it needs no search.
 */
export function behindIn<S extends SearchableSet>(row: Row, sets: readonly S[]): S[] {
  const searched = new Map(row.searched.map((search) => [search.setId, search]));
  return sets.filter((set) => {
    const search = searched.get(set.setId);
    if (search === undefined) return set.counter > 0;
    return set.releaseCounter > releaseOf(search) || (search.hits.length > 0 && set.counter > search.counter);
  });
}

/** What was searched without a hit, as if it had been searched after the revocations since. */
export function unharmed(row: Row, sets: readonly SearchableSet[]): SetSearch[] {
  const bySet = new Map(sets.map((set) => [set.setId, set]));
  return row.searched.flatMap((search) => {
    const set = bySet.get(search.setId);
    if (set === undefined || search.hits.length > 0 || set.counter <= search.counter) return [];
    return set.releaseCounter > releaseOf(search)
      ? []
      : [{ ...search, counter: set.counter, releaseCounter: releaseOf(search) }];
  });
}

/**
 * A number by which a row that is behind a release can be found: it grows with every release. Below 0: not searched at
 * all.
 */
export function markOf({ pending, searched }: Pick<Row, "pending" | "searched">): number {
  return pending ? -1 : searched.reduce((sum, search) => sum + releaseOf(search), 0);
}

/** A number by which a row with hits that is behind a revocation can be found; rows without hits have none. */
export function hitMarkOf({ pending, searched }: Pick<Row, "pending" | "searched">): number | undefined {
  const hasHits = !pending && searched.some(({ hits }) => hits.length > 0);
  return hasHits ? searched.reduce((sum, { counter }) => sum + counter, 0) : undefined;
}

function releaseOf({ counter, releaseCounter = counter }: SetSearch): number {
  return releaseCounter;
}

/** Takes over what a search found; `told` is new when that has to be told. */
export function takeSearch(row: Row, found: readonly SetSearch[], now: Date): Row {
  const fresh = new Set(found.map(({ setId }) => setId));
  const searched = [...row.searched.filter(({ setId }) => !fresh.has(setId)), ...found];
  const next: Row = { ...row, pending: false, searched };
  const hits = withVetoes(strongest(searched.flatMap((one) => one.hits)));
  const { revision: contentRevision, tooLittleDetail } = row.content;
  const { told } = row;
  if (told?.tooLittleDetail === tooLittleDetail && sameHits(told.hits, hits)) return next;
  const through = searched.map(({ setId, counter }) => ({ setId, counter }));
  return { ...next, told: { contentRevision, hits, tooLittleDetail, matchedTime: now, searched: through } };
}
