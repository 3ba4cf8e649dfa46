import { FeedEntry } from "@ntd/proto/feed/v1/feed_service";
import type { FeedShape } from "@ntd/proto/hashlists/v1/feed_source_service";
import { keyedId } from "@ntd/service";
import { fewMarks, grownMarks } from "./growth.ts";
import { FAMILIES, nameOf, secretOf, type Copy, type Family, type Place, type Watermark } from "./watermark.ts";

/** A watermark as it stands in one list: told by the hashes by which a file of that list is, and as that file is. */
export interface ShapedWatermark {
  secret: Uint8Array;
  entries: FeedEntry[];
}

/** Where a watermark of a copy stands, and what it looks like there. */
export interface ShapedPlace {
  place: Place;
  model: FeedEntry;
}

/**
 * Which watermarks a copy of a list of files of these shapes has. Files of each shape have their own, which come with more
 * of them: a list that grows takes none of them away and tells none of them otherwise.
 */
export function placesIn(key: Uint8Array, copy: Copy, shapes: readonly FeedShape[]): ShapedPlace[] {
  const all = shapes.reduce((sum, { fileCount }) => sum + Number(fileCount), 0);
  return shapes.flatMap((shape) => {
    const family = FAMILIES.find((one) => nameOf(one) === nameOf(shape));
    return family === undefined ? [] : placesOf(key, copy, { shape, family, all });
  });
}

interface Shaped {
  shape: FeedShape;
  family: Family;
  /** Files of all shapes. */
  all: number;
}

function placesOf(key: Uint8Array, copy: Copy, { shape, family, all }: Shaped): ShapedPlace[] {
  const files = Number(shape.fileCount);
  const secretAt = (run: Place["run"], nth: number) => secretOf(key, copy, { family, run, nth });
  const chanceIn = (run: Place["run"]) => (nth: number) => secretAt(run, nth).readUInt32BE(8) / 2 ** 32;
  // Among a few hashes of a kind that is rare in the list one more is seen.
  const few = files * 2 >= all ? fewMarks(files, chanceIn("few")) : 0;
  const grown = grownMarks(files, chanceIn("grown"));
  const models = commonModels(shape);
  return [...range("few", few), ...range("grown", grown)].flatMap(({ run, nth }) => {
    const model = modelFor(secretAt(run, nth), models);
    return model === undefined ? [] : [{ place: { family, run, nth }, model }];
  });
}

function range(run: Place["run"], count: number): { run: Place["run"]; nth: number }[] {
  return Array.from({ length: count }, (_, nth) => ({ run, nth }));
}

/** An eighth of the files of a shape, … */
const COMMON = 3;

/**
 * What is told of many files of a shape; where nothing is, what is told of most. Counted in powers of two: few entries
 * that come or go make nothing common that was not, which would tell watermarks anew.
 */
function commonModels({ models, modelCounts, fileCount }: FeedShape): { model: FeedEntry; text: string }[] {
  const least = Math.floor(Math.log2(Math.max(1, Number(fileCount)))) - COMMON;
  const common = models.filter((_, i) => Math.floor(Math.log2(Number(modelCounts[i] ?? 0n))) >= least);
  const told = common.length > 0 ? common : models.slice(0, 1);
  return told.map((model) => ({ model, text: hexOf(FeedEntry.encode(model).finish()) }));
}

function modelFor(secret: Uint8Array, models: readonly { model: FeedEntry; text: string }[]): FeedEntry | undefined {
  if (models.length < 2) return models[0]?.model;
  const ranked = models.map(({ model, text }) => ({ model, rank: keyedId(secret, text) }));
  return ranked.toSorted((a, b) => (a.rank < b.rank ? -1 : 1))[0]?.model;
}

/** A watermark as it is told at its place. */
export function shaped({ place, model }: ShapedPlace, watermark: Watermark): ShapedWatermark {
  const { fingerprints, fileKey, sizeBytes, secret } = watermark;
  const entries = Array.from(fingerprints.values(), (fingerprint) => ({
    ...model,
    fingerprint,
    fileKey: place.family.hasOwnKey ? fileKey : model.fileKey,
    ...(model.sizeBytes > 0 && { sizeBytes }),
  }));
  return { secret, entries };
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
