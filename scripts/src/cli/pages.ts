import { Option } from "commander";
import { positiveNumber } from "./arguments.ts";

/** The items of a list and whether there are more than were asked for. */
export interface Collected<T> {
  items: T[];
  more: boolean;
}

const MOST_IN_ONE = 200;

/** Page after page of a list, until it ends or `limit` items are there; a page may hold more than it was asked for. */
export async function collect<T>(
  limit: number,
  page: (at: { pageSize: number; pageToken: string }) => Promise<{ items: T[]; nextPageToken: string }>,
): Promise<Collected<T>> {
  const items: T[] = [];
  let pageToken = "";
  do {
    const found = await page({ pageSize: Math.min(limit - items.length, MOST_IN_ONE), pageToken });
    items.push(...found.items);
    pageToken = found.nextPageToken;
  } while (pageToken !== "" && items.length < limit);
  return { items: items.slice(0, limit), more: pageToken !== "" || items.length > limit };
}

/** All of a list, page after page: for what is too long to be held. */
export async function* eachPage<T>(
  page: (at: { pageSize: number; pageToken: string }) => Promise<{ items: T[]; nextPageToken: string }>,
): AsyncGenerator<T[], void, undefined> {
  let pageToken = "";
  do {
    const found = await page({ pageSize: MOST_IN_ONE, pageToken });
    yield found.items;
    pageToken = found.nextPageToken;
  } while (pageToken !== "");
}

/** The option of every list. */
export function limitOption(): Option {
  return new Option("--limit <n>", "at most this many").argParser(positiveNumber).default(200);
}

/** What stands under a list that was cut. */
export function moreLine(more: boolean): string {
  return more ? "\nThere are more; raise --limit." : "";
}
