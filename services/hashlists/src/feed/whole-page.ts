import { idKeys } from "../entries/entry-id.ts";
import type { FeedChange } from "@ntd/proto/feed/v1/feed_service";
import { loadViewed, slicesOf } from "../views/release-entries.ts";
import { PageRoom } from "../views/page-room.ts";
import { FeedWords, standingsAt, type Source, type SourcePage, type WholeSet } from "./feed-page.ts";

const PARTS = 256;
/** So many entries of a list are read for a page at most, of which a partner may have a few. */
const MOST_READ = 32_000;

interface Begun extends WholeSet {
  after: string;
  skip: number;
}

/** A page of all that a set has at a counter. */
export async function wholePage(source: Source, { counter, releaseId, after, skip }: Begun): Promise<SourcePage> {
  const { collections, set, recipient, size, may } = source;
  const end = { at: "end", counter, may } as const;
  // Nothing is in force: the partner has nothing of it any more.
  if (releaseId === "") return { changes: [], next: end, fromPart: 0, toPart: PARTS };
  const whole = { counter, releaseId };
  const release = await loadViewed(collections, set, releaseId);
  const revoked = await source.revokedIn(set, counter);
  const words = new FeedWords(recipient, standingsAt(source.told, counter));
  const changes: FeedChange[] = [];
  const room = new PageRoom(size);
  const place = { after, skip };
  // The first one begins with the parts that are empty before its first entry.
  let [read, fromPart] = [0, after === "" && skip === 0 ? 0 : -1];
  for await (const { key, chunk } of slicesOf(collections, release, after)) {
    if (fromPart < 0) fromPart = chunk.bucket;
    const next = { at: "all", counter, ...place, may } as const;
    if (room.isFull || read >= MOST_READ) return { changes, next, fromPart, toPart: chunk.bucket, whole };
    const gone = revoked.keysIn(chunk.bucket);
    for (const [i, id] of idKeys(chunk.ids).entries()) {
      if (i < place.skip || gone.has(id) || words.isDisabled(id) || !words.may(chunk, i)) continue;
      if (room.isFull) {
        return { changes, next: { ...next, skip: i }, fromPart, toPart: chunk.bucket, whole };
      }
      const put = words.put(chunk, i);
      changes.push(put);
      room.take(put.change?.value.fingerprint?.value);
    }
    [place.after, place.skip] = [key, 0];
    read += chunk.algorithms.length;
  }
  return { changes, next: end, fromPart: Math.max(0, fromPart), toPart: PARTS, whole };
}
