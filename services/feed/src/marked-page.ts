import type { FeedChange, FeedEntry } from "@ntd/proto/feed/v1/feed_service";
import type { Fingerprint } from "@ntd/proto/common/v1/common";
import { derivedId, keyedId } from "@ntd/service";
import type { ShapedWatermark } from "./shaped-watermark.ts";

/** Which page of a list it is: its set, and what part of it the page ends, in 256ths. */
export interface PagePart {
  setId: string;
  fromPart: number;
  toPart: number;
}

/**
 * A page with the watermarks of its part among its entries. Each hash stands in the part in which hashlists would have an
 * entry of it, which anybody can tell. Next to which entry it stands is told by the key and these entries alone: it does
 * not move among them when the list is read again.
 */
export function marked(
  changes: readonly FeedChange[],
  watermarks: readonly ShapedWatermark[],
  { setId, fromPart, toPart }: PagePart,
): FeedChange[] {
  const partOf = ({ fingerprint }: FeedEntry) => (fingerprint === undefined ? -1 : partIn(setId, fingerprint));
  const wanted = watermarks.flatMap(({ secret, entries }) =>
    entries.map((entry) => ({ secret, entry, part: partOf(entry) })),
  );
  const here = wanted.filter(({ part }) => part >= fromPart && part < toPart);
  if (here.length === 0) return [...changes];
  const entries = changes.flatMap((change, at) => entryIn(change, at, partOf));
  const added = here.map(({ secret, entry, part }) => ({ at: placeOf(entries, secret, part), entry }));
  const page = [...changes];
  for (const { at, entry } of added.toSorted((a, b) => b.at - a.at)) {
    page.splice(at, 0, { change: { $case: "put", value: entry } });
  }
  return page;
}

interface Placed {
  at: number;
  part: number;
  hex: string;
}

function entryIn({ change }: FeedChange, at: number, partOf: (of: FeedEntry) => number): Placed[] {
  if (change?.$case !== "put" || change.value.fingerprint === undefined) return [];
  return [{ at, part: partOf(change.value), hex: Buffer.from(change.value.fingerprint.value).toString("hex") }];
}

// As hashlists names entries: by the first byte of their ids they stand in a list.
function partIn(setId: string, { algorithm, value }: Fingerprint): number {
  const hex = Buffer.from(value).toString("hex");
  return parseInt(derivedId("entry", setId, algorithm.slice("ALGORITHM_".length), hex).slice(0, 2), 16);
}

// Beside an entry of its part, or where the part would begin.
function placeOf(entries: readonly Placed[], secret: Uint8Array, part: number): number {
  const own = entries.filter((other) => other.part === part);
  const ranked = own.map((placed) => ({ placed, rank: keyedId(secret, placed.hex) }));
  const beside = ranked.toSorted((a, b) => (a.rank < b.rank ? -1 : 1))[0]?.placed;
  if (beside !== undefined) return beside.at + ((secret[0] ?? 0) & 1);
  return entries.find((other) => other.part > part)?.at ?? (entries.at(-1)?.at ?? -1) + 1;
}
