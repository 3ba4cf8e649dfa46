import { FeedShape, type ReadSourceResponse } from "@ntd/proto/hashlists/v1/feed_source_service";
import { keyedId } from "@ntd/service";
import type { KnownWatermarks } from "./known-watermarks.ts";
import { markChanges } from "./marked-changes.ts";
import { withParts, type PlacedMark } from "./marked-page.ts";
import { placesIn, shaped, type ShapedWatermark } from "./shaped-watermark.ts";
import type { Copy } from "./watermark.ts";

/** Runs of pages of which it is kept: a list has thousands, all of them with the same. */
const KEPT = 100;

type Shapes = Pick<ReadSourceResponse, "shapes" | "shapesBefore">;

/** What is told of the watermarks of a copy on pages that lead from how its list was to how it is. */
export function toldMarks(known: KnownWatermarks) {
  const kept = new Map<string, PlacedMark[]>();
  return async (key: Uint8Array, copy: Copy, page: Shapes, signal: AbortSignal): Promise<PlacedMark[]> => {
    const { shapes, shapesBefore } = page;
    const name = keyedId(key, copy.setId, copy.recipient, textOf(shapesBefore), textOf(shapes));
    const before = kept.get(name);
    if (before !== undefined) return before;
    const marksOf = async (those: readonly FeedShape[]): Promise<ShapedWatermark[]> => {
      const places = placesIn(key, copy, those);
      const all = places.map(({ place }) => place);
      const marks = await known(key, copy, all, signal);
      return marks.flatMap((mark, nth) => {
        const at = places[nth];
        return at === undefined ? [] : [shaped(at, mark)];
      });
    };
    const told = withParts(copy.setId, markChanges(await marksOf(shapesBefore), await marksOf(shapes)));
    kept.set(name, told);
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    return told;
  };
}

function textOf(shapes: readonly FeedShape[]): string {
  return shapes.map((one) => Buffer.from(FeedShape.encode(one).finish()).toString("base64")).join(" ");
}
