import { isNegative } from "@ntd/facts";
import type { Algorithm } from "@ntd/proto/common/v1/common";
import type { Hit, ItemCounts, ItemMatch } from "@ntd/proto/matching/v1/match";
import type { Page, PageItem } from "@ntd/proto/prober/v1/page";
import { matchIdOf } from "../ids.ts";
import type { Row } from "../rows/row.ts";
import { isOfItself } from "../rows/hits-in.ts";
import { sameHits } from "../search/hits.ts";

/** What is on a page, in the row of its target and episode. */
export interface PageOfRow {
  /** As the prober tells them: each is an aggregate of its own. */
  parts: PartOfPage[];
  /** What its items hit; absent until all of them were looked up. */
  found?: FoundOnPage;
}

export interface PartOfPage {
  part: number;
  /** Of the part, as seen last. */
  version: number;
  items: ItemOfPage[];
  /** Rows that this part named before and no part names now: they are told that the page shows them no more. */
  left: string[];
}

export interface ItemOfPage {
  /** The target that its address is, or would be. */
  targetId: string;
  /** Of its content; absent where nothing was judged. */
  rowId?: string;
}

export interface FoundOnPage {
  items: ItemMatch[];
  counts: ItemCounts;
}

/** Of one item so much is told: its target will tell the rest. */
const MAX_ITEM_HITS = 3;
/** Of one page, so that an event holds them. The counts tell how many there are. */
const MAX_ITEMS = 100;

/** The name that a content has among targets: rows are one for each of its bytes, wherever they are shown. */
export function itemKeyOf({ content }: Pick<PageItem, "content">): string | undefined {
  const sha256 = content?.fingerprints.find(({ algorithm }) => algorithm === "ALGORITHM_SHA256");
  return sha256 && `item:${Buffer.from(sha256.value).toString("hex")}`;
}

/** Items are no target's: their rows have no episode. */
export const ITEM_EPISODE = 0;

export function itemRowIdOf(itemKey: string): string {
  return matchIdOf(itemKey, ITEM_EPISODE);
}

/** Takes over a part of a page; undefined when a newer one, or this one, was. */
export function takePart(row: Row | undefined, page: Page, version: number): Row | undefined {
  const parts = row?.page?.parts ?? [];
  const before = parts.find(({ part }) => part === page.part);
  if (before !== undefined && before.version >= version) return undefined;
  const items = page.closed ? [] : page.items.map(itemOf);
  const others = parts.filter(({ part }) => part !== page.part);
  const named = new Set([...others.flatMap((one) => one.items), ...items].map(({ rowId }) => rowId));
  const had = [...(before?.left ?? []), ...(before?.items ?? []).flatMap(({ rowId }) => rowId ?? [])];
  const left = [...new Set(had)].filter((rowId) => !named.has(rowId));
  const part = { part: page.part, version, items, left };
  const all = [...others, part].toSorted((a, b) => a.part - b.part);
  return { ...(row ?? unseen(page)), page: { ...row?.page, parts: all } };
}

function itemOf(item: PageItem): ItemOfPage {
  const key = itemKeyOf(item);
  return { targetId: item.targetId, ...(key !== undefined && { rowId: itemRowIdOf(key) }) };
}

/** Of a page whose target was not told yet: that event comes behind this one, with what is to be looked up. */
function unseen({ targetId, episode }: Page): Row {
  const content = { revision: 0, fingerprints: [], pdqForms: [], tooLittleDetail: false };
  return { schemaVersion: 1, targetId, episode, targetVersion: 0, content, pending: false, searched: [] };
}

export function rowIdsOf({ parts }: PageOfRow): string[] {
  return [...new Set(parts.flatMap(({ items }) => items.flatMap(({ rowId }) => rowId ?? [])))];
}

/** What was found on a page, by what is told of each content; undefined until every one was looked up. */
export function foundOn(
  page: PageOfRow,
  hitsOf: (rowId: string) => readonly Hit[] | undefined,
): FoundOnPage | undefined {
  const counts = { known: 0, near: 0, unknown: 0, notJudged: 0 };
  const items: ItemMatch[] = [];
  for (const { targetId, rowId } of page.parts.flatMap((part) => part.items)) {
    if (rowId === undefined) counts.notJudged += 1;
    const all = rowId === undefined ? [] : hitsOf(rowId);
    if (all === undefined) return undefined;
    const hits = all.filter((hit) => !isOfItself(hit, targetId));
    if (hits.some(decidesAlone)) counts.known += 1;
    else if (hits.some(speaksFor)) counts.near += 1;
    else if (rowId !== undefined) counts.unknown += 1;
    if (hits.length > 0) items.push({ itemTargetId: targetId, hits: hits.slice(0, MAX_ITEM_HITS) });
  }
  const known = (item: ItemMatch) => Number(item.hits.some(decidesAlone)) * 2 + Number(item.hits.some(speaksFor));
  return { items: items.toSorted((a, b) => known(b) - known(a)).slice(0, MAX_ITEMS), counts };
}

function speaksFor(hit: Hit): boolean {
  return !isNegative(hit);
}

const SURE: ReadonlySet<Algorithm> = new Set(["ALGORITHM_SHA256", "ALGORITHM_PDQ"]);

// As far as that can be told of one hit: what decides is casework's word, of the target that the item then is.
function decidesAlone(hit: Hit): boolean {
  const { algorithm, vetoedBySet = "", nominatesOnly = false, disputed = false } = hit;
  if (disputed) return false;
  return speaksFor(hit) && SURE.has(algorithm) && vetoedBySet === "" && !nominatesOnly;
}

/** The page's row with what was found on it; `told` is new when that has to be told. Undefined when nothing is new. */
export function withFound(row: Row, found: FoundOnPage, now: Date): Row | undefined {
  if (row.page === undefined || isSame(row.page.found, found)) return undefined;
  const next: Row = { ...row, page: { ...row.page, found } };
  // Not looked up itself so far: its first event tells this, too.
  if (row.told === undefined) return next;
  return { ...next, told: { ...row.told, found, matchedTime: now } };
}

// What is no news of a target is none of an item.
function isSame(one: FoundOnPage | undefined, other: FoundOnPage): boolean {
  if (one === undefined || one.items.length !== other.items.length) return false;
  const counts = ["known", "near", "unknown", "notJudged"] as const;
  if (counts.some((count) => one.counts[count] !== other.counts[count])) return false;
  return one.items.every(({ itemTargetId, hits }, nth) => {
    const item = other.items[nth];
    return item?.itemTargetId === itemTargetId && sameHits(hits, item.hits);
  });
}
