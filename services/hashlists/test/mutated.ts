import fc from "fast-check";
import type { ReadEntry } from "../src/reading/release-reader.ts";

/** What a change leaves behind: what each format gives a meaning, and bytes that have none. */
const MARKS = ['"', '""', ",", ";", "|", "\n", "\r", "\t", " ", "{", "}", "[", "]", ":", "\\", "<", ">", "</", "&"];
const OF_JSON = ["null", "1e999", "-0", "true", '{"MD5":"', '"value":[', '"__proto__":', "\\u0030", "\\ud800"];
const OF_XML = ["</image>", "<![CDATA[", "<!--", "-->", "<?a?>", "<!DOCTYPE a>", "&b;", "&#48;", "<a>", ' a="1"'];
const OF_TABLES = [
  "sep=;\n",
  "sep=d\n",
  "sep=\t\n",
  "'",
  "=",
  "-",
  "#",
  "0",
  "MD5",
  "md5,",
  "vpdq [",
  "</queryResult>",
];
const OF_NONE = ["\0", "\uFEFF", "\u2028", "é", "\x1f\x8b", "PK\x03\x04"];
const tokens = [...MARKS, ...OF_JSON, ...OF_XML, ...OF_TABLES, ...OF_NONE].map((text) => Buffer.from(text));

const PLACES = 1_000_000;
/** At a place of the file so many bytes go, and something comes in their place, once or many times. */
export interface Change {
  at: number;
  take: number;
  put: Uint8Array;
  times: number;
}

/** @param most so many times the same may come, for a file that is made to hold others up. */
export function someChanges(most: number): fc.Arbitrary<Change[]> {
  const change = fc.record({
    // Anywhere in the file alike: of all fractions that there are nearly all are next to nothing.
    at: fc.integer({ min: 0, max: PLACES }).map((place) => place / PLACES),
    take: fc.oneof(fc.constant(0), fc.constant(1), fc.nat({ max: 40 }), fc.nat({ max: 2000 })),
    put: fc.oneof(fc.constantFrom(...tokens), fc.uint8Array({ maxLength: 3 }), fc.constant(new Uint8Array())),
    times: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.integer({ min: 1, max: most })),
  });
  return fc.array(change, { minLength: 1, maxLength: 4 });
}

export function changed(file: Uint8Array, changes: readonly Change[]): Buffer {
  return changes.reduce((now, { at, take, put, times }) => {
    const from = Math.floor(at * now.length);
    const come = Buffer.concat(Array.from({ length: times }, () => put));
    return Buffer.concat([now.subarray(0, from), come, now.subarray(from + take)]);
  }, Buffer.from(file));
}

const DIGITS = { SHA256: 64, SHA1: 40, MD5: 32, PDQ: 64, BLOCKHASH256: 64, VPDQ: 0 };
/** Of a frame: its PDQ, a byte of quality and four of time. */
const FRAME_DIGITS = 74;

/** What was read of a file and does not stand in it, digit by digit, with something else before and behind. */
export function mangledIn(entries: readonly ReadEntry[], bytes: Buffer): ReadEntry[] {
  const texts = [bytes.toString("latin1")];
  const isWide = bytes.subarray(0, 4).includes(0) || bytes[0] === 0xff;
  // Of what an odd number of bytes is cut off, the high ones come first.
  if (isWide) texts.push(...["utf-16le", "utf-16be"].map((coding) => new TextDecoder(coding).decode(bytes)));
  // As JSON and XML write a digit that they might have written as it is.
  // In XML a text goes on behind a comment or an instruction.
  if (/<\?|<!--/.test(texts[0] ?? ""))
    texts.push(...texts.map((text) => text.replaceAll(/<\?.*?\?>|<!--.*?-->/gs, "")));
  const escaped = texts.filter((text) => /\\u0030|&#48;/.test(text));
  texts.push(...escaped.map((text) => text.replaceAll(/\\u0030|&#48;/g, "0")));
  const runs = new Set(texts.flatMap((text) => text.toLowerCase().match(/[0-9a-f]+/g) ?? []));
  return entries.filter(({ algorithm, value }) => {
    if (algorithm !== "VPDQ") return value.length !== DIGITS[algorithm] || !runs.has(value);
    const frames = Array.from({ length: value.length / FRAME_DIGITS }, (_, nth) => value.slice(nth * FRAME_DIGITS));
    return value.length % FRAME_DIGITS !== 0 || frames.some((frame) => !runs.has(frame.slice(0, 64)));
  });
}

/** What was read and does not stand in the list as it was; a change makes at most a record of two. */
export function unheardOf(entries: readonly ReadEntry[], before: readonly ReadEntry[]): ReadEntry[] {
  const known = new Set(before.map(({ algorithm, value }) => `${algorithm} ${value}`));
  return entries.filter(({ algorithm, value }) => !known.has(`${algorithm} ${value}`));
}
