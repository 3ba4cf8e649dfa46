import type { FeedChange } from "@ntd/proto/feed/v1/feed_service";
import type { PackedIds } from "../entries/packed-ids.ts";
import { BUCKETS } from "../entries/layered-rows.ts";
import { differences } from "../entries/store-changes.ts";
import { causesIn } from "../revoked/causes.ts";
import { bucketsAtOnce } from "../views/buckets-at-once.ts";
import { PageRoom } from "../views/page-room.ts";
import { loadViewed, placesOf, type Viewed } from "../views/release-entries.ts";
import { FeedWords, standingsAt, type Source, type SourcePage } from "./feed-page.ts";
import { Touched } from "./touched.ts";

interface Begun {
  from: number;
  to: number;
  /** In force at these counters. */
  older: string;
  newer: string;
  bucket: number;
  skip: number;
}

/** A page of what lies between a set at one counter and at another, a bucket after the other. */
export async function changesPage(source: Source, begun: Begun): Promise<SourcePage> {
  const { collections, set, recipient, size, may, told } = source;
  const { from, to, bucket: first, skip } = begun;
  const before = { counter: from, releaseId: begun.older };
  const whole = { counter: to, releaseId: begun.newer };
  const older = await loadViewed(collections, set, begun.older);
  const newer = await loadViewed(collections, set, begun.newer);
  const [was, is] = [await source.revokedIn(set, from), await source.revokedIn(set, to)];
  const touched = new Touched({ from, to, was, is, told });
  const causes = await causesIn(collections, set, from, to);
  const between = { from, to, may, at: "between" } as const;
  const words = new FeedWords(recipient, standingsAt(told, to));
  const changes: FeedChange[] = [];
  const room = new PageRoom(size);
  const last = Math.min(BUCKETS, first + bucketsAtOnce(older, newer)) - 1;
  const listed = new Differences(collections, { older, newer }, touched, first);
  for (let bucket = first; bucket <= last; bucket++) {
    let nth = 0;
    for await (const change of inBucket(bucket)) {
      if (nth++ < (bucket === first ? skip : 0)) continue;
      if (room.isFull) {
        return { changes, next: { ...between, bucket, skip: nth - 1 }, fromPart: first, toPart: bucket, before, whole };
      }
      const one = change();
      changes.push(one);
      room.take(one.change?.value.fingerprint?.value);
    }
  }
  const next =
    last + 1 < BUCKETS ? { ...between, bucket: last + 1, skip: 0 } : { at: "end" as const, counter: to, may };
  return { changes, next, fromPart: first, toPart: last + 1, before, whole };

  async function* inBucket(bucket: number): AsyncGenerator<() => FeedChange> {
    for (const one of await listed.in(bucket)) {
      if ("removed" in one) {
        for (const [, { chunk, i }] of one.removed) if (words.may(chunk, i)) yield () => words.removal(chunk, i);
      } else {
        for (const i of [...one.added, ...one.changed])
          if (words.may(one.chunk, i)) yield () => words.put(one.chunk, i);
      }
    }
    // What was taken back, given back or spoken of in between lies in no difference of the lists.
    const { gone, out, there } = touched.in(bucket);
    const causeOf = causes.in(bucket);
    for (const { chunk, i, key } of await placed(collections, older, gone)) {
      const cause = causeOf(key);
      if (words.may(chunk, i)) yield () => words.removal(chunk, i, cause && { cause });
    }
    for (const { chunk, i } of await placed(collections, older, out)) {
      if (words.may(chunk, i)) yield () => words.removal(chunk, i, { disabled: true });
    }
    for (const { chunk, i } of await placed(collections, newer, there)) {
      if (words.may(chunk, i)) yield () => words.put(chunk, i);
    }
  }
}

async function placed(collections: Source["collections"], release: Viewed, keys: ReadonlySet<string>) {
  if (keys.size === 0) return [];
  const places = await placesOf(collections, release, keys);
  return Array.from(places, ([key, place]) => ({ key, ...place })).toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

/** What lies between two lists, a bucket after the other. */
class Differences {
  readonly #all: AsyncIterator<Differing> | undefined;

  constructor(
    collections: Source["collections"],
    { older, newer }: { older: Viewed; newer: Viewed },
    revoked: Pick<PackedIds, "keysIn">,
    from: number,
  ) {
    if (older.releaseId === newer.releaseId) return;
    this.#all = differences(collections, { older: older.layers, newer: newer.layers }, revoked, from);
  }

  async in(bucket: number): Promise<Differing[]> {
    const own: Differing[] = [];
    for (;;) {
      const next = await this.#all?.next();
      if (next === undefined || next.done === true) return own;
      own.push(next.value);
      if (next.value.bucket === bucket && "removed" in next.value) return own;
    }
  }
}

type Differing = ReturnType<typeof differences> extends AsyncGenerator<infer D> ? D : never;
