import type { FeedChange, FeedEntry } from "@ntd/proto/feed/v1/feed_service";
import type { Algorithm, Fingerprint } from "@ntd/proto/common/v1/common";
import { derivedId, keyedId } from "@ntd/service";
import type { Watermark } from "./watermark.ts";

/** Which page of a list it is: its set, and what part of it the page ends, in 256ths. */
export interface PagePart {
  setId: string;
  fromPart: number;
  toPart: number;
}

/** So far away, in parts, an entry is looked for whose words a watermark takes: short lists have parts that are empty. */
const NEAR = 8;

/**
 * A page with the watermarks of its part among its entries. Each stands in the part in which hashlists would have an entry
 * of its hash, which anybody can tell, and is told as an entry near it is, by the same algorithm. Next to which entry it
 * stands is told by the key and these entries alone: it does not move among them when the list is read again.
 */
export function marked(
  changes: readonly FeedChange[],
  watermarks: readonly Watermark[],
  { setId, fromPart, toPart }: PagePart,
): FeedChange[] {
  const partOf = ({ algorithm, value }: Fingerprint) => partIn(setId, algorithm, value);
  const wanted = watermarks.flatMap((one) =>
    [...one.fingerprints.values()].map((fingerprint) => ({ one, fingerprint, part: partOf(fingerprint) })),
  );
  const here = wanted.filter(({ part }) => part >= fromPart && part < toPart);
  if (here.length === 0) return [...changes];
  const entries = changes.flatMap((change, at) => entryIn(change, at, partOf));
  const added = here.flatMap(({ one, fingerprint, part }) => {
    const model = leastOf(alikeNear(entries, fingerprint, part), one);
    return model === undefined
      ? []
      : [{ at: placeOf(entries, one, part), likeness: likeness(model, one, fingerprint) }];
  });
  const page = [...changes];
  for (const { at, likeness: change } of added.toSorted((a, b) => b.at - a.at)) page.splice(at, 0, change);
  return page;
}

interface Placed {
  at: number;
  part: number;
  hex: string;
  entry: FeedEntry;
}

function entryIn({ change }: FeedChange, at: number, partOf: (of: Fingerprint) => number): Placed[] {
  if (change?.$case !== "put" || change.value.fingerprint === undefined) return [];
  const { fingerprint } = change.value;
  const hex = Buffer.from(fingerprint.value).toString("hex");
  return [{ at, part: partOf(fingerprint), hex, entry: change.value }];
}

// As hashlists names entries: by the first byte of their ids they stand in a list.
function partIn(setId: string, algorithm: Algorithm, value: Uint8Array): number {
  const hex = Buffer.from(value).toString("hex");
  return parseInt(derivedId("entry", setId, algorithm.slice("ALGORITHM_".length), hex).slice(0, 2), 16);
}

// Of its part, if that has any: whatever page that is on, they are the same.
function alikeNear(entries: readonly Placed[], { algorithm }: Fingerprint, part: number): Placed[] {
  const alike = entries.filter(({ entry }) => entry.fingerprint?.algorithm === algorithm);
  const own = alike.filter((other) => other.part === part);
  return own.length > 0 ? own : alike.filter((other) => Math.abs(other.part - part) <= NEAR);
}

function leastOf(entries: readonly Placed[], { secret }: Watermark): Placed | undefined {
  const ranked = entries.map((placed) => ({ placed, rank: keyedId(secret, placed.hex) }));
  return ranked.toSorted((a, b) => (a.rank < b.rank ? -1 : 1))[0]?.placed;
}

// Beside an entry of its part, or where the part would begin.
function placeOf(entries: readonly Placed[], one: Watermark, part: number): number {
  const beside = leastOf(
    entries.filter((other) => other.part === part),
    one,
  );
  if (beside !== undefined) return beside.at + ((one.secret[0] ?? 0) & 1);
  return entries.find((other) => other.part > part)?.at ?? (entries.at(-1)?.at ?? -1) + 1;
}

function likeness({ entry }: Placed, { fileKey, sizeBytes }: Watermark, fingerprint: Fingerprint): FeedChange {
  const value: FeedEntry = {
    ...entry,
    fingerprint,
    ...(entry.fileKey.length > 0 && { fileKey }),
    ...(entry.sizeBytes > 0 && { sizeBytes }),
  };
  return { change: { $case: "put", value } };
}
