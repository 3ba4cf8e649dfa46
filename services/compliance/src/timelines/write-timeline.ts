import { change } from "@ntd/store";
import { countChange } from "../metrics.ts";
import type { Records } from "../store.ts";
import type { Timeline } from "./timeline.ts";

/** Changes a timeline by what `next` makes of it; nothing is written when that is nothing new. */
export async function writeTimeline(
  records: Records,
  id: string,
  next: (timeline: Timeline | undefined) => Timeline | undefined,
): Promise<Timeline | undefined> {
  let before: Timeline | undefined;
  const saved = await change(records.timelines, id, (timeline) => {
    before = timeline;
    const made = next(timeline);
    return made === undefined || isSame(made, timeline) ? undefined : { state: made };
  });
  if (saved !== undefined) countChange(before, saved.state);
  return saved?.state;
}

// As the store keeps them: without what is undefined.
function isSame(a: Timeline, b: Timeline | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
