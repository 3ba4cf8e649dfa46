import { Problem, shown } from "@ntd/service";

const DEFAULT = 50;
const MAX = 200;

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

/** An opaque, URL-safe page token; "" when there is no further page. */
export function pageToken(cursor: PageCursor | undefined): string {
  if (cursor === undefined) return "";
  const value = cursor.value instanceof Date ? { date: cursor.value.getTime() } : cursor.value;
  return Buffer.from(JSON.stringify([cursor.id, value])).toString("base64url");
}

/**
 * The cursor in a page token; undefined for "" (the first page).
 *
 * @throws Problem FIELD_INVALID when the token is none of ours.
 */
export function readPageToken(token: string): PageCursor | undefined {
  if (token === "") return undefined;
  const cursor = cursorIn(token);
  if (cursor === undefined) {
    throw Problem.fields({
      field: "page_token",
      description: "is no token of an earlier answer; begin with an empty one",
    });
  }
  return cursor;
}

function cursorIn(token: string): PageCursor | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
  if (!Array.isArray(parsed) || parsed.length !== 2) return undefined;
  const [id, value] = parsed as [unknown, unknown];
  if (typeof id !== "string") return undefined;
  if (value === null) return { id };
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return { id, value };
  const date = new Date(Number((value as { date?: unknown }).date));
  return Number.isNaN(date.getTime()) ? undefined : { id, value: date };
}
