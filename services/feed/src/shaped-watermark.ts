import { FeedEntry } from "@ntd/proto/feed/v1/feed_service";
import type { FeedShape } from "@ntd/proto/hashlists/v1/feed_source_service";
import { keyedId } from "@ntd/service";
import { WATERMARKS, type Watermark } from "./watermark.ts";

/** A watermark as it stands in one list: told by the hashes by which a file of that list is, and as that file is. */
export interface ShapedWatermark {
  secret: Uint8Array;
  entries: FeedEntry[];
}

/** Of files that are told alike one in so many is ours at most, as of few one more is seen, … */
const ONE_IN = 100;
/** … and from the eighth on there is one more whenever they have grown by a quarter. */
const [FIRST, GROWTH] = [8, 1.25];

/** So many watermarks a list of such files has. */
export function marksFor(shapes: readonly FeedShape[]): number {
  return Math.max(0, ...kindsOf(shapes).map(({ count }) => marksAmong(count)));
}

/** Watermarks as a list of files of these shapes has them: the first ones more often than those behind. */
export function shaped(watermarks: readonly Watermark[], shapes: readonly FeedShape[]): ShapedWatermark[] {
  const kinds = kindsOf(shapes);
  return watermarks.map((watermark, nth) => {
    const entries: FeedEntry[] = [];
    for (const { shapes: own, count } of kinds) {
      if (nth >= marksAmong(count)) continue;
      const shape = drawn(own, count, watermark);
      const isTold = shape?.algorithms.some((one) => entries.some(({ fingerprint }) => fingerprint?.algorithm === one));
      if (shape !== undefined && isTold !== true) entries.push(...entriesAs(shape, watermark));
    }
    return { secret: watermark.secret, entries };
  });
}

interface Kind {
  shapes: FeedShape[];
  count: number;
}

// A file is told by one of all the shapes that have a key; hashes that stand alone are beside that, of each algorithm.
function kindsOf(shapes: readonly FeedShape[]): Kind[] {
  const withKey = shapes.filter(({ hasOwnKey }) => hasOwnKey);
  const alone = shapes.filter(({ hasOwnKey }) => !hasOwnKey);
  return [withKey, ...alone.map((one) => [one])].map((own) => {
    return { shapes: own, count: own.reduce((sum, { fileCount }) => sum + Number(fileCount), 0) };
  });
}

function marksAmong(count: number): number {
  const first = Math.min(FIRST, Math.floor(count / ONE_IN));
  const grown = count / (FIRST * ONE_IN);
  return grown <= 1 ? first : Math.min(WATERMARKS, first + Math.floor(Math.log(grown) / Math.log(GROWTH)));
}

// Each as often as its files are.
function drawn(shapes: readonly FeedShape[], count: number, { secret }: Watermark): FeedShape | undefined {
  let left = (Buffer.from(secret).readUInt32BE(4) / 2 ** 32) * count;
  return shapes.find(({ fileCount }) => (left -= Number(fileCount)) < 0);
}

function entriesAs({ algorithms, hasOwnKey, models }: FeedShape, watermark: Watermark): FeedEntry[] {
  const { fingerprints, fileKey, sizeBytes, secret } = watermark;
  const ranked = models.map((model) => ({ model, rank: keyedId(secret, hexOf(FeedEntry.encode(model).finish())) }));
  const model = ranked.toSorted((a, b) => (a.rank < b.rank ? -1 : 1))[0]?.model;
  const own = algorithms.map((algorithm) => fingerprints.get(algorithm));
  if (model === undefined || own.includes(undefined)) return [];
  return own.map((fingerprint) => ({
    ...model,
    fingerprint,
    fileKey: hasOwnKey ? fileKey : model.fileKey,
    ...(model.sizeBytes > 0 && { sizeBytes }),
  }));
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
