import type { FeedChange } from "@ntd/proto/feed/v1/feed_service";
import type { PackedIds } from "../entries/packed-ids.ts";
import { BUCKETS } from "../entries/layered-rows.ts";
import { differences } from "../entries/store-changes.ts";
import { causesIn } from "../revocations/causes.ts";
import { bucketsAtOnce } from "../views/diff.ts";
import { PageRoom } from "../views/page-room.ts";
import { loadViewed, placesOf, type Viewed } from "../views/release-entries.ts";
import { FeedWords, type Source, type SourcePage } from "./feed-page.ts";

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
  const { collections, set, recipient, size, may } = source;
  const { from, to, bucket: first, skip } = begun;
  const before = { counter: from, releaseId: begun.older };
  const whole = { counter: to, releaseId: begun.newer };
  const older = await loadViewed(collections, set, begun.older);
  const newer = await loadViewed(collections, set, begun.newer);
  const [was, is] = [await source.revokedIn(set, from), await source.revokedIn(set, to)];
  const causes = await causesIn(collections, set, from, to);
  const between = { from, to, may, at: "between" } as const;
  const words = new FeedWords(recipient);
  const changes: FeedChange[] = [];
  const room = new PageRoom(size);
  const last = Math.min(BUCKETS, first + bucketsAtOnce(older, newer)) - 1;
  const listed = new Differences(collections, { older, newer }, either(was, is), first);
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
    // What was taken back or given back in between lies in no difference of the lists.
    const [before, now, causeOf] = [was.keysIn(bucket), is.keysIn(bucket), causes.in(bucket)];
    for (const { chunk, i, key } of await found(older, without(now, before))) {
      if (words.may(chunk, i)) yield () => words.removal(chunk, i, causeOf(key));
    }
    for (const { chunk, i } of await found(newer, without(before, now))) {
      if (words.may(chunk, i)) yield () => words.put(chunk, i);
    }
  }

  async function found(release: Viewed, keys: ReadonlySet<string>) {
    if (keys.size === 0) return [];
    const places = await placesOf(collections, release, keys);
    return Array.from(places, ([key, place]) => ({ key, ...place })).toSorted((a, b) => (a.key < b.key ? -1 : 1));
  }
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

function without(some: ReadonlySet<string>, others: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...some].filter((key) => !others.has(key)));
}

// A bucket at a time: of a set of which much was taken back all of them would take long for each page.
function either(was: PackedIds, is: PackedIds): Pick<PackedIds, "keysIn"> {
  return { keysIn: (bucket) => new Set([...was.keysIn(bucket), ...is.keysIn(bucket)]) };
}
