import { Algorithm } from "@ntd/proto/common/v1/common";
import { wordOf } from "./words.ts";

/** A hash as somebody typed it. */
export interface TypedHash {
  algorithm: Algorithm;
  value: Uint8Array;
  /** What stands behind it; absent: nothing does. */
  quality?: number;
}

/** What is meant by so many hex digits alone. */
export type ByLength = Readonly<Record<number, Algorithm>>;

/** Digits that are the hash of a file under any algorithm of a list; 64 may be several. */
export const OF_ONE_ALGORITHM: ByLength = { 32: Algorithm.MD5, 40: Algorithm.SHA1 };
/** Where 64 digits can only be one. */
export const OF_FILES: ByLength = { ...OF_ONE_ALGORITHM, 64: Algorithm.SHA256 };

const TYPED = /^(?:([\w-]+)[:,])?((?:[0-9a-f]{2})+)(?:[:,](\d{1,3}))?$/i;

/** `HEX`, `ALGORITHM:HEX` or `ALGORITHM:HEX:QUALITY`, with commas as in a list or colons; undefined for all else. */
export function typedHash(word: string, byLength: ByLength): TypedHash | undefined {
  const [, name, hex = "", quality] = TYPED.exec(word.trim()) ?? [];
  const algorithm = name === undefined ? byLength[hex.length] : algorithmNamed(name);
  if (hex === "" || algorithm === undefined) return undefined;
  const value = Uint8Array.from(Buffer.from(hex, "hex"));
  return { algorithm, value, ...(quality !== undefined && { quality: Number(quality) }) };
}

/** Its word in either case, with hyphens or without. */
export function algorithmNamed(word: string): Algorithm | undefined {
  const wanted = word.toLowerCase().replaceAll("-", "");
  return KNOWN.find((value) => wanted !== "" && wordOf(Algorithm, value) === wanted);
}

const KNOWN = Object.values(Algorithm).filter((value) => value !== Algorithm.UNRECOGNIZED);
