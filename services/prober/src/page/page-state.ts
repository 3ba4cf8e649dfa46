import type { Sealed } from "@ntd/proto/common/v1/common";
import type { Content } from "@ntd/proto/prober/v1/target";
import type { Reason } from "../targets/target-state.ts";

/** A part of what is on a page in an episode of its target. */
export interface PagePart {
  schemaVersion: 1;
  /** Of the page's own address. */
  targetId: string;
  episode: number;
  /** Raised when other media were found; parts that are behind the first one were cut short. */
  revision: number;
  part: number;
  parts: number;
  /** In order of weight. */
  items: Item[];
  counts: Counts;
  lookedTime: Date;
  /** Nothing is looked up for it any more. */
  closedTime?: Date;
  /** What only the first part keeps. */
  first?: FirstPart;
}

interface FirstPart {
  /** How many parts there ever were: those beyond `parts` are empty. */
  reach: number;
  /** What stood there and stands there no more, the newest last. */
  former: Item[];
  /** What was fetched and is too small. */
  small: string[];
  /** When all that is there was fetched last, known or not. */
  fetchedTime: Date;
  /** Where it stood, behind all that led there; absent once it is emptied. */
  address?: Sealed;
}

/** What a page shows or leads to. */
export interface Item {
  /** The target that its address is, or would be; what stands in the page itself has none. */
  targetId: string;
  address: Sealed;
  element: string;
  /** Computed from the fetched bytes. */
  content?: Content;
  /** Why it was not judged. */
  reason?: Reason;
  /** It stands in the page itself, and has no address. */
  isInline?: true;
  /** It is there for the page's scripts: only a browser finds it. */
  byScript?: true;
  /** Names of the eyes that found it. */
  eyes: string[];
  /** It is like something listed: its address is a target, or is about to be. */
  isFound?: true;
}

export interface Counts {
  found: number;
  judged: number;
  tooSmall: number;
  neverFollowed: number;
  truncated: boolean;
}

/** What one eye found on a page. */
export interface PageSight {
  items: FoundItem[];
  small: string[];
  counts: Omit<Counts, "judged">;
  /** Everything was fetched, what was known before too. */
  isAnew: boolean;
  /** What only a browser finds may be missing: none has looked to the end. */
  isPartial?: true;
  /** What a script put in front of the page. */
  wall?: Reason;
  /** Where the page stood. */
  address: Sealed;
}

export type FoundItem = Omit<Item, "eyes" | "isFound">;

/** All that is on a page, whatever parts it is kept in. */
export interface PageRecord {
  revision: number;
  items: Item[];
  former: Item[];
  small: string[];
  counts: Counts;
  lookedTime: Date;
  fetchedTime: Date;
  address?: Sealed;
}
