import type { FeedChange, FeedEntry } from "@ntd/proto/feed/v1/feed_service";
import type { Algorithm } from "@ntd/proto/common/v1/common";
import type { Watermark } from "./watermark.ts";

/** The part of a list that a page ends, in 256ths. */
export interface PagePart {
  fromPart: number;
  toPart: number;
}

/**
 * A page with the watermarks of its part among its entries. Each is told as the entry in front of it is, by the same
 * algorithm: nothing but its hash tells it apart.
 */
export function marked(
  changes: readonly FeedChange[],
  watermarks: readonly Watermark[],
  { fromPart, toPart }: PagePart,
): FeedChange[] {
  const page = [...changes];
  for (const one of watermarks) {
    if (one.part < fromPart || one.part >= toPart) continue;
    const models = page.flatMap(({ change }, at) => (isModel(change, one) ? [{ at, entry: change.value }] : []));
    const model = models[one.place % models.length];
    if (model !== undefined) page.splice(model.at + 1, 0, likeness(model.entry, one));
  }
  return page;
}

function isModel(change: FeedChange["change"], { fingerprints }: Watermark): change is Put {
  return change?.$case === "put" && fingerprints.has(algorithmOf(change.value));
}

type Put = Extract<FeedChange["change"], { $case: "put" }>;

function algorithmOf({ fingerprint }: FeedEntry): Algorithm {
  return fingerprint?.algorithm ?? "ALGORITHM_UNSPECIFIED";
}

function likeness(model: FeedEntry, { fingerprints, fileKey, sizeBytes }: Watermark): FeedChange {
  const value: FeedEntry = {
    ...model,
    fingerprint: fingerprints.get(algorithmOf(model)),
    ...(model.fileKey.length > 0 && { fileKey }),
    ...(model.sizeBytes > 0 && { sizeBytes }),
  };
  return { change: { $case: "put", value } };
}
