import { createHash } from "node:crypto";
import type { Reason } from "../targets/target-state.ts";

/** How a body begins that is too large to be read at every look, and what its host says of the whole. */
export interface Opening {
  /** Of the first MiB, unpacked (of less where the limit on bytes is lower), in hex. */
  sha256: string;
  /** Of the whole, unpacked. */
  length?: number;
  etag?: string;
  lastModified?: string;
  /** SHA-256 of the whole, in hex, where it was hashed while it came; absent where it was too large for that, too. */
  whole?: string;
  /** Why that was not judged; absent where it was. */
  reason?: Reason;
}

/** How much of a body its opening is. */
export const OPENING_BYTES = 1024 * 1024;

type Headers = ReadonlyMap<string, readonly string[]>;

/** @param bytes the first of the unpacked body. */
export function openingOf(bytes: Uint8Array, length: number | undefined, headers: Headers): Opening {
  const etag = headers.get("etag")?.[0];
  const lastModified = headers.get("last-modified")?.[0];
  return {
    sha256: createHash("sha256").update(bytes).digest("hex"),
    ...(length !== undefined && { length }),
    ...(etag !== undefined && { etag: bare(etag) }),
    ...(lastModified !== undefined && { lastModified }),
  };
}

// Servers mark the tags of what they packed, or that are not of every byte.
const bare = (etag: string) => etag.replace(/^W\//, "").replace(/[-;:]+(gzip|br|zstd|deflate|df)"$/, '"');

/** Whether both are of one body: the same beginning, and no two words of the host that contradict each other. */
export function isSameOpening(one: Opening, other: Opening): boolean {
  const agree = (key: "length" | "etag" | "lastModified") =>
    one[key] === undefined || other[key] === undefined || one[key] === other[key];
  return one.sha256 === other.sha256 && agree("length") && agree("etag") && agree("lastModified");
}

/**
 * The length of the whole, by a `Content-Range` that begins where it should; undefined when it does not. An unknown
 * length is NaN.
 */
export function lengthByRange(range: string | undefined): number | undefined {
  const [, first, , length] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/i.exec(range ?? "") ?? [];
  return first === undefined || Number(first) !== 0 ? undefined : Number(length);
}
