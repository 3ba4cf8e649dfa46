import type { Content } from "@ntd/proto/prober/v1/target";
import { knownContent, type Row } from "../rows/row.ts";
import { ITEM_EPISODE } from "./page.ts";

/** The pages that show a content, in its row. */
export interface ShownOn {
  /** Rows of the newest of them, the newest first. */
  pages: string[];
  /** Of all; about, where more than the newest were told twice. */
  count: number;
  /** They are still to be told what became of it. */
  untold?: true;
  /** Since when no page shows it. */
  emptySince?: Date;
}

/** The same avatar is on thousands of pages: each of the newest is told when a list comes to hold it. */
export const MAX_PAGES = 20;

/** A content that a page shows: a new row, the page added, or a newer recipe's hashes. Undefined when nothing is new. */
export function shown(row: Row | undefined, { itemKey, content, pageId, now, trace }: Shown): Row | undefined {
  const { shownOn } = row ?? {};
  const isNewer = row !== undefined && content.recipe !== "" && content.recipe !== row.content.recipe;
  const isThere = shownOn?.pages.includes(pageId) === true;
  if (isThere && !isNewer) return undefined;
  const { pages = [], count = 0, emptySince: _, ...rest } = shownOn ?? {};
  const others = pages.filter((page) => page !== pageId);
  const on = { ...rest, pages: [pageId, ...others].slice(0, MAX_PAGES), count: count + Number(!isThere) };
  if (row !== undefined && !isNewer) return { ...row, shownOn: on };
  const known = knownContent({ ...content, revision: (row?.content.revision ?? 0) + 1 });
  const fresh = { content: known, pending: true, contentTime: now, searched: [], shownOn: on, trace };
  const base = { schemaVersion: 1, targetId: itemKey, episode: ITEM_EPISODE, targetVersion: 0 } as const;
  return { ...base, ...row, ...fresh };
}

export interface Shown {
  itemKey: string;
  content: Content;
  pageId: string;
  now: Date;
  trace: Record<string, string>;
}

/** A page shows it no more. */
export function left(row: Row, pageId: string, now: Date): Row | undefined {
  const { shownOn } = row;
  if (shownOn === undefined || !shownOn.pages.includes(pageId)) return undefined;
  const pages = shownOn.pages.filter((page) => page !== pageId);
  const on = { ...shownOn, pages, count: Math.max(pages.length, shownOn.count - 1) };
  return { ...row, shownOn: pages.length > 0 ? on : { ...on, count: 0, emptySince: now } };
}

/** Its pages were told. */
export function told(row: Row): Row {
  const { untold: _, ...shownOn } = row.shownOn ?? { pages: [], count: 0 };
  return { ...row, shownOn };
}
