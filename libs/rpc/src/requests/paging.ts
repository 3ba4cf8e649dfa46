import { createHash } from "node:crypto";
import { gather, Problem, shown } from "@ntd/service";

const DEFAULT = 50;
const MAX = 200;

/** Header of an answer whose page is smaller than it was asked for: how many it holds at most. */
export const CUT_HEADER = "ntd-page-size";

/** The size of pages that `request` gets instead of the larger one that it asks for; undefined when it is not cut. */
export function pageCut(request: unknown): number | undefined {
  const size = (request as { pageSize?: unknown } | undefined)?.pageSize;
  return typeof size === "number" && size > MAX ? MAX : undefined;
}

/**
 * The page size to use (AIP-158): 0 means 50, more than 200 means 200.
 *
 * @throws Problem FIELD_INVALID for a negative or broken number.
 */
export function pageSize(requested: number): number {
  if (!Number.isInteger(requested) || requested < 0) {
    throw Problem.fields({ field: "page_size", description: `${shown(requested)} is no whole number from 0 up` });
  }
  return requested === 0 ? DEFAULT : Math.min(requested, MAX);
}

/** Where a page ended: the ordered field's value (absent when ordered by id) and the id. The cursor of a store. */
export interface PageCursor {
  value?: string | number | boolean | Date;
  id: string;
}

/** A request for a page, with all that it asks for. */
export interface PageRequest {
  pageSize: number;
  pageToken: string;
}

/**
 * Reads what a page has of its own; beside the other fields of a list (`gather`), since in which list a token goes on is
 * known only once they can be read.
 *
 * @throws Problem FIELD_INVALID with every fault.
 */
export function requirePage(request: PageRequest): void {
  gather({ size: () => pageSize(request.pageSize), token: () => tokenOf(request.pageToken) });
}

/**
 * What a list is asked for: all of a request but its page, and the order. A token goes on in that list alone.
 *
 * @param order what the list is ordered by, where that is no part of the request.
 */
export function listScope(request: PageRequest, order = ""): string {
  const { pageSize: _size, pageToken: _token, ...asked } = request;
  const text = JSON.stringify([Object.entries(asked).toSorted(byName), order], (_, value: unknown) =>
    typeof value === "bigint" ? String(value) : value,
  );
  return createHash("sha256").update(text).digest("base64url").slice(0, 8);
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}

/**
 * An opaque, URL-safe page token; "" when there is no further page.
 *
 * @param scope of the list in which it goes on.
 */
export function pageToken(cursor: PageCursor | undefined, scope: string): string {
  if (cursor === undefined) return "";
  const value = cursor.value instanceof Date ? { date: cursor.value.getTime() } : cursor.value;
  return Buffer.from(JSON.stringify([cursor.id, value ?? null, scope])).toString("base64url");
}

/**
 * The cursor in a page token; undefined for "" (the first page).
 *
 * @param scope of the list that is asked for.
 * @throws Problem FIELD_INVALID when the token is none of ours, or of a list with another filter or order.
 */
export function readPageToken(token: string, scope: string): PageCursor | undefined {
  const read = tokenOf(token);
  if (read === undefined || read.scope === scope) return read?.cursor;
  throw refused("is of a list with another filter or order; ask for the same again, or begin with an empty one");
}

function tokenOf(token: string): { cursor: PageCursor; scope: string } | undefined {
  if (token === "") return undefined;
  const read = cursorIn(token);
  if (read === undefined) throw refused("is no token of an earlier answer; begin with an empty one");
  return read;
}

function refused(description: string): Problem {
  return Problem.fields({ field: "page_token", description });
}

function cursorIn(token: string): { cursor: PageCursor; scope: string } | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
  if (!Array.isArray(parsed) || parsed.length !== 3) return undefined;
  const [id, value, scope] = parsed as [unknown, unknown, unknown];
  if (typeof id !== "string" || typeof scope !== "string") return undefined;
  if (value === null) return { cursor: { id }, scope };
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return { cursor: { id, value }, scope };
  }
  const date = new Date(Number((value as { date?: unknown }).date));
  return Number.isNaN(date.getTime()) ? undefined : { cursor: { id, value: date }, scope };
}
