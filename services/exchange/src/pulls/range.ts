import { joinedLeft } from "./left-out.ts";

/** What a connector fetches in one go: frozen before anything is asked, and worth nothing before all of it is here. */
export interface Range {
  /** What it is called where something was told in it; no other range of a connector is called so. */
  name: string;
  from: Date;
  to: Date;
  /** Everything before it is here. */
  reached: Date;
  /** What is being read now ends there: a large range is read in parts, since pages of it would die on the way. */
  partTo: Date;
  /** When the first page of the part came. */
  partBegun?: Date;
  /** The link to its next page, as the exchange gave it. */
  next?: string;
  /** The link to one of its pages, each time that twice as many have come: who leads around comes by it again. */
  passed?: string;
  /** How many entries the exchange says that the part has; 0: it does not say. */
  expected: number;
  /** Of the parts that are here whole. */
  whole: Counts;
  /** Of the pages of this part. */
  part: Counts;
  /** Of the last page's bytes: one that comes twice is no other. */
  lastDigest?: string;
  /** It begins with the first thing that the partner has: what is told in it is all there is. */
  isAll: boolean;
  /** The partner says that what it told before is void. */
  startsOver?: true;
  /** What to ask it for next time, where it says so. */
  end?: string;
  /** So many bytes of pages are an upload of their own: the rest of the range comes in the next one. */
  mostBytes: number;
  /** Kinds of hashes that are taken; absent: all that are known. */
  algorithms?: readonly string[];
  /** It goes to hashlists as a list of ours, and its pages are not kept. */
  asLines?: true;
  /** What is told in it takes the place of all that the set has. */
  replaces?: true;
  /** It ends where the partner's clock is: what follows is yet to come. */
  isSettled?: true;
  /** All of it is here. */
  isRead: boolean;
}

export interface Counts {
  pages: number;
  bytes: number;
  entries: number;
  /** Entries with a hash that hashlists reads. */
  readable: number;
  tombstones: number;
  /** Hashes that were not taken, by `leftKey`. */
  left?: Readonly<Record<string, number>>;
}

export interface ReadPage extends Omit<Counts, "pages"> {
  digest: string;
  next?: string;
  expected?: number;
  /** Of the last page: where the next range begins. */
  end?: string;
  startsOver?: true;
  /** Its link does not die. */
  isLasting?: true;
  /** When it was told, by the partner's clock: it may still write what is younger. */
  asOf?: Date;
}

export const NOTHING: Counts = { pages: 0, bytes: 0, entries: 0, readable: 0, tombstones: 0 };

/** Entries that are younger may still be written at the exchange. */
const SETTLING_MS = 5000;
/** More entries than these are asked for in smaller parts: a hundred pages. */
const MOST_ENTRIES = 100_000;
const SHRINK = 4;
export const MOST_PAGES = 250_000;
const MOST_PART_BYTES = 4 * 1024 ** 3;
const MOST_STARTS = 20;
const SMALLEST_MS = 1000;
/** Links to pages are dead twelve hours after the first one; this leaves the last page an hour. */
const LINKS_LIVE_MS = 11 * 3_600_000;

type How = Pick<Range, "isAll" | "mostBytes" | "algorithms" | "asLines" | "replaces">;

/** The range from a checkpoint to now, whole seconds as exchanges take them; undefined while there is none. */
export function newRange(from: Date, now: Date, how: How): Range | undefined {
  const to = settledAt(now);
  if (to <= from) return undefined;
  const name = `${from.toISOString()} ${now.toISOString()}`;
  return {
    name,
    from,
    to,
    reached: from,
    partTo: to,
    expected: 0,
    whole: NOTHING,
    part: NOTHING,
    isRead: false,
    ...how,
  };
}

/** Everything before it is written, at this time. */
export function settledAt(now: Date): Date {
  return new Date(Math.floor((now.getTime() - SETTLING_MS) / 1000) * 1000);
}

// What the partner's clock has yet to come to is of the next range, whatever ours says.
function settled(range: Range, { asOf }: ReadPage): Range {
  if (asOf === undefined || range.part.pages > 0 || settledAt(asOf) >= range.partTo) return range;
  const to = settledAt(asOf);
  return { ...range, to, partTo: to, isSettled: true };
}

/** Called otherwise from here on: what was told in it before is void, since the partner starts over. */
export function renamed(range: Range): Range {
  return { ...range, name: `${range.name} ${pagesOf(range)}` };
}

/** How many of its pages are here. */
export function pagesOf({ whole, part }: Range): number {
  return whole.pages + part.pages;
}

/** Whether the part is too large to be read as it is; its first page says so. */
export function isTooLarge(range: Range, { expected = 0 }: ReadPage): boolean {
  return range.part.pages === 0 && expected > MOST_ENTRIES && lengthOf(range) > SMALLEST_MS;
}

/** Whether there is always one more page of a part: hashlists takes no more bytes, and each page is a document. */
export function isEndless({ part, next }: Range): boolean {
  return next !== undefined && (part.pages >= MOST_PAGES || part.bytes >= MOST_PART_BYTES);
}

/** Whether a link leads around among the pages that came: there would be no end. */
export function leadsBack({ next, passed }: Pick<Range, "next" | "passed">, link: string): boolean {
  return link === next || link === passed;
}

/** Each time that a partner starts over, the range has a longer name, which all that is told in it bears. */
export function startsOverTooOften({ name }: Range): boolean {
  return name.split(" ").length - 2 >= MOST_STARTS;
}

/** Asked again from its first page, and for less: what came of the part is nothing. */
export function shrunk(range: Range): Range {
  const ms = Math.max(SMALLEST_MS, Math.floor(lengthOf(range) / SHRINK / 1000) * 1000);
  return { ...restarted(range), partTo: new Date(range.reached.getTime() + ms) };
}

/** The part from its first page on: its links are dead, or led astray. */
function restarted(range: Range): Range {
  const { next: _, passed: _passed, partBegun: _begun, lastDigest: _digest, ...rest } = range;
  return { ...rest, part: NOTHING, expected: 0, isRead: false };
}

/**
 * The part from its first page on, after it led astray. Where all is told in the range, and nothing of it is here whole,
 * what was told in it before is void: the partner may tell it no more, and nothing else would say so.
 */
export function reread(range: Range, now: Date): Range {
  const again = restarted(range);
  return range.isAll && range.whole.pages === 0
    ? { ...again, name: `${stemOf(range.name)} ${now.toISOString()}` }
    : again;
}

/** What all names of a range begin with, however often what was told in it became void. */
export function stemOf(name: string): string {
  const [from = "", begun = ""] = name.split(" ");
  return `${from} ${begun}`;
}

/**
 * The whole range from its beginning. Where all is told in it, what was told before is void, as in any other range; else it
 * is still to be brought.
 */
export function anew(range: Range, attempt: number): Range {
  const name = range.isAll ? `${stemOf(range.name)} again-${attempt}` : range.name;
  return { ...restarted(range), name, reached: range.from, partTo: range.to, whole: NOTHING };
}

export function hasDeadLinks({ partBegun, next }: Range, now: Date): boolean {
  return partBegun !== undefined && next !== undefined && now.getTime() - partBegun.getTime() > LINKS_LIVE_MS;
}

/** With one more page. */
export function withPage(asked: Range, page: ReadPage, now: Date): Range {
  const range = settled(asked, page);
  const { next, digest, expected, end } = page;
  const part = sum(range.part, { ...page, pages: 1 });
  const { lastDigest: _, next: _last, ...rest } = range;
  const before: Range = page.startsOver === true ? { ...rest, startsOver: true, isAll: true } : rest;
  if (next !== undefined) {
    const said = range.part.pages === 0 ? (expected ?? 0) : range.expected;
    const began = page.isLasting === true ? {} : { partBegun: range.partBegun ?? now };
    const passes = Number.isInteger(Math.log2(part.pages)) ? { passed: next } : {};
    return { ...before, ...began, ...passes, part, next, lastDigest: digest, expected: said };
  }
  return withoutPart(end === undefined ? before : { ...before, end }, part);
}

// All pages of the part are here: what follows is asked in a part as long, or longer where this one was small.
function withoutPart(before: Range, part: Counts): Range {
  const { partBegun: _, passed: _passed, ...range } = before;
  const whole = sum(range.whole, part);
  const reached = range.partTo;
  const isRead = reached >= range.to || whole.bytes >= range.mostBytes;
  const to = isRead ? reached : range.to;
  const isSmall = part.entries < MOST_ENTRIES / SHRINK;
  const ms = lengthOf(range) * (isSmall ? SHRINK : 1);
  const partTo = new Date(Math.min(to.getTime(), reached.getTime() + ms));
  return { ...range, reached, to, partTo, whole, part: NOTHING, expected: 0, isRead };
}

const lengthOf = ({ reached, partTo }: Range) => partTo.getTime() - reached.getTime();

export function sum(one: Counts, other: Counts): Counts {
  const left = joinedLeft(one.left, other.left);
  return {
    pages: one.pages + other.pages,
    bytes: one.bytes + other.bytes,
    entries: one.entries + other.entries,
    readable: one.readable + other.readable,
    tombstones: one.tombstones + other.tombstones,
    ...(left !== undefined && { left }),
  };
}
