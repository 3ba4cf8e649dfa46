import type { Fingerprint } from "@ntd/proto/common/v1/common";
import type { Hit, RevokedHit } from "@ntd/proto/matching/v1/match";
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
  /** How far it was searched when it was written, and what was found; the mark of its range may be further. */
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
}

/** More of them say nothing more. */
const MAX_REVOKED = 50;

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

/** Ids of the entries that this row hit: what becomes of one is looked after where it was found. */
export function entryIdsOf({ searched }: Pick<Row, "searched">): string[] {
  return [...new Set(searched.flatMap(({ hits }) => hits.map(({ entryId }) => entryId)))];
}

/** Takes over what a search found, and what it found no more since it was revoked; `told` is new when that has to be told. */
export function takeSearch(row: Row, found: readonly SetSearch[], now: Date, revoked: readonly RevokedHit[] = []): Row {
  const fresh = new Set(found.map(({ setId }) => setId));
  const searched = [...row.searched.filter(({ setId }) => !fresh.has(setId)), ...found];
  const next: Row = { ...row, pending: false, searched };
  const hits = withVetoes(strongest(searched.flatMap((one) => one.hits)));
  const { revision: contentRevision, tooLittleDetail } = row.content;
  const { told } = row;
  if (told?.tooLittleDetail === tooLittleDetail && sameHits(told.hits, hits)) return next;
  const through = searched.map(({ setId, counter }) => ({ setId, counter }));
  const all = [...(told?.revoked ?? []), ...revoked].slice(-MAX_REVOKED);
  const news = { contentRevision, hits, tooLittleDetail, matchedTime: now, searched: through };
  return { ...next, told: { ...news, ...(all.length > 0 && { revoked: all }) } };
}
