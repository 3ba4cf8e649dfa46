import { eventOf, nouns } from "@ntd/bus";
import { PageItem, type Page } from "@ntd/proto/prober/v1/page";
import { ProbeReason } from "@ntd/proto/prober/v1/target";
import { derivedId } from "@ntd/service";
import type { OutboxEvent } from "@ntd/store";
import { mediaFacts } from "./merge.ts";
import type { Item, PagePart, PageRecord } from "./page-state.ts";

/** Of the items of one event, encoded; with all that stands around them it stays below 256 KiB. */
const MOST_BYTES = 240 * 1024;

export function partIdOf(targetId: string, episode: number, part: number): string {
  return derivedId("page", targetId, episode, part);
}

/** Which page it is. */
export interface PageOf {
  targetId: string;
  episode: number;
}

/**
 * The parts in which a page is kept, the first one first: it knows how many there ever were, and what the others are
 * about to lose. Those that are needed no more are empty.
 */
export function partsOf({ targetId, episode }: PageOf, page: PageRecord, reach: number): PagePart[] {
  const { revision, counts, lookedTime, former, small, fetchedTime, address } = page;
  const shared = { revision, counts, lookedTime };
  const chunks = chunked(page.items);
  const furthest = Math.max(reach, chunks.length);
  return Array.from({ length: furthest }, (_, part) => ({
    schemaVersion: 1,
    targetId,
    episode,
    part,
    parts: chunks.length,
    items: chunks[part] ?? [],
    ...shared,
    ...(part === 0 && { first: { reach: furthest, former, small, fetchedTime, ...(address && { address }) } }),
  }));
}

/** The published state of a part. */
export function toPage(state: PagePart): Page {
  const { targetId, episode, revision, part, parts, items, counts, lookedTime, closedTime } = state;
  return {
    targetId,
    episode,
    revision,
    part,
    parts,
    items: items.map(toPageItem),
    counts,
    lookedTime,
    closed: closedTime !== undefined,
  };
}

/** The event of a change of a part; undefined when nothing changed that others may know. */
export function partEvent(before: PagePart | undefined, after: PagePart, now: Date): OutboxEvent | undefined {
  if (before !== undefined && partFacts(before) === partFacts(after)) return undefined;
  const id = partIdOf(after.targetId, after.episode, after.part);
  return eventOf(nouns.page, after.closedTime === undefined ? "found" : "closed", id, toPage(after), now);
}

/** Everything that a published event tells, but for what changes at every look. */
function partFacts(state: PagePart): string {
  const { revision, parts, closedTime } = state;
  return JSON.stringify([revision, parts, closedTime !== undefined, mediaFacts(state)]);
}

function chunked(items: readonly Item[]): Item[][] {
  const chunks: Item[][] = [[]];
  let bytes = 0;
  for (const item of items) {
    const length = PageItem.encode(toPageItem(item)).finish().length + 8;
    if (bytes + length > MOST_BYTES && bytes > 0) {
      chunks.push([]);
      bytes = 0;
    }
    chunks.at(-1)?.push(item);
    bytes += length;
  }
  return chunks;
}

function toPageItem({ targetId, address, element, content, reason, eyes }: Item): PageItem {
  return {
    targetId,
    address,
    element,
    content,
    reason: reason === undefined ? ProbeReason.UNSPECIFIED : ProbeReason[reason],
    eyes,
  };
}
