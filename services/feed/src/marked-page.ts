import type { FeedChange } from "@ntd/proto/feed/v1/feed_service";
import { derivedId, keyedId } from "@ntd/service";
import type { MarkChange } from "./marked-changes.ts";

/** Which page of a list it is: its set, and what part of it the page ends, in 256ths. */
export interface PagePart {
  setId: string;
  fromPart: number;
  toPart: number;
}

/**
 * A page with what is told of watermarks of its part among its own. Each hash stands in the part in which hashlists would
 * have an entry of it, which anybody can tell. Next to what it stands is told by the key and the page alone: it does not
 * move when the list is read again.
 */
export function marked(
  changes: readonly FeedChange[],
  marks: readonly PlacedMark[],
  { setId, fromPart, toPart }: PagePart,
): FeedChange[] {
  const here = marks.filter(({ part }) => part >= fromPart && part < toPart);
  if (here.length === 0) return [...changes];
  const placed = changes.map((change, at): Placed => {
    const value = change.change?.value.fingerprint?.value ?? [];
    return { at, part: partOf(setId, change), hex: Buffer.from(value).toString("hex"), kind: change.change?.$case };
  });
  const added = here.map((mark) => ({ at: placeOf(placed, mark), change: mark.change }));
  const page = [...changes];
  for (const { at, change } of added.toSorted((a, b) => b.at - a.at)) page.splice(at, 0, change);
  return page;
}

/** What is told of a watermark, and in which part of its list. */
export interface PlacedMark extends MarkChange {
  part: number;
}

export function withParts(setId: string, marks: readonly MarkChange[]): PlacedMark[] {
  return marks.map((mark) => ({ ...mark, part: partOf(setId, mark.change) }));
}

interface Placed {
  at: number;
  part: number;
  hex: string;
  kind: "put" | "removal" | undefined;
}

// As hashlists names entries: by the first byte of their ids they stand in a list.
function partOf(setId: string, { change }: FeedChange): number {
  const fingerprint = change?.value.fingerprint;
  if (fingerprint === undefined) return -1;
  const { algorithm, value } = fingerprint;
  const hex = Buffer.from(value).toString("hex");
  return parseInt(derivedId("entry", setId, algorithm.slice("ALGORITHM_".length), hex).slice(0, 2), 16);
}

// Beside one of its kind in its part, beside any of it, or where the part would begin.
function placeOf(placed: readonly Placed[], { secret, change, part }: PlacedMark): number {
  const there = placed.filter((other) => other.part === part);
  const alike = there.filter(({ kind }) => kind === change.change?.$case);
  const ranked = (alike.length > 0 ? alike : there).map(({ at, hex }) => ({ at, rank: keyedId(secret, hex) }));
  const beside = ranked.toSorted((a, b) => (a.rank < b.rank ? -1 : 1))[0];
  if (beside !== undefined) return beside.at + ((secret[0] ?? 0) & 1);
  return placed.find((other) => other.part > part)?.at ?? placed.length;
}
