import type { FeedEntry } from "@ntd/proto/feed/v1/feed_service";
import type { FeedShape } from "@ntd/proto/hashlists/v1/feed_source_service";
import { idKeys } from "../entries/entry-id.ts";
import { BUCKETS } from "../entries/layered-rows.ts";
import { keptLast } from "../views/kept-last.ts";
import { loadViewed, slicesOf } from "../views/release-entries.ts";
import { FeedWords, standingsAt, type Source, type WholeSet } from "./feed-page.ts";
import { shapesOfFiles } from "./file-shapes.ts";

/** Of a list of more entries than this a half tells what files look like in it, of one of twice as many a quarter, … */
const SAMPLE = 32_000;
/** So often they are kept: partners read page after page. */
const KEPT = 100;

export type KnownShapes = (source: Source, whole: WholeSet) => Promise<FeedShape[]>;

/** What files look like in that which a partner gets of a set at a counter. Read once for as many pages as are asked for. */
export function knownShapes(): KnownShapes {
  const kept = keptLast<FeedShape[]>(KEPT);
  return (source, whole) => kept(`${source.set.setId} ${whole.counter} ${source.may}`, () => readShapes(source, whole));
}

async function readShapes(source: Source, { counter, releaseId }: WholeSet): Promise<FeedShape[]> {
  const { collections, set, recipient } = source;
  const revoked = await source.revokedIn(set, counter);
  const release = await loadViewed(collections, set, releaseId);
  const listed: FeedEntry[] = [];
  const left: FeedEntry[] = [];
  const buckets = bucketsRead(release.entryCount);
  for await (const { chunk } of slicesOf(collections, release)) {
    if (chunk.bucket >= buckets) break;
    const gone = revoked.keysIn(chunk.bucket);
    const words = new FeedWords(recipient, standingsAt(source.told, counter));
    for (const [i, id] of idKeys(chunk.ids).entries()) {
      if (!words.may(chunk, i)) continue;
      const entry = words.entry(chunk, i);
      // Films are long, and none is made for a copy.
      if (entry.fingerprint?.algorithm === "ALGORITHM_VPDQ") continue;
      listed.push(entry);
      if (!gone.has(id) && !words.isDisabled(id)) left.push(entry);
    }
  }
  // Taking back a few moves no watermark, which would be seen beside them; of a list that went hardly any are left.
  return shapesOfFiles(left.length * 2 < listed.length ? left : listed, buckets / BUCKETS);
}

// The same ones while a list grows to twice as many: with others it would seem to have grown otherwise.
function bucketsRead(entryCount: number): number {
  let buckets = BUCKETS;
  while (buckets > 1 && (entryCount * buckets) / BUCKETS > SAMPLE) buckets /= 2;
  return buckets;
}
