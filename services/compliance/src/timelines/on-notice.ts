import type { DataOf, Event } from "@ntd/bus";
import { noticeFacts } from "./facts.ts";
import { withViews } from "./refresh-timelines.ts";
import { timelineId, type Collections } from "../store.ts";
import { withNotice } from "./timeline.ts";
import { writeTimeline } from "./write.ts";

/** A notice makes the timelines of its targets and keeps them current. */
export function onNotice(collections: Collections) {
  return async ({ data, version }: Event<DataOf<"notice">>): Promise<void> => {
    for (const facts of noticeFacts(data, version)) {
      const id = timelineId(facts.noticeId, facts.targetId);
      const { timelines } = collections;
      // A new one begins with what is known already: one write instead of two. What comes in between is looked for
      // after, until nothing came.
      await writeTimeline(timelines, id, async (known) => {
        const next = withNotice(known, facts);
        return known === undefined ? withViews(collections, next) : next;
      });
      let written: boolean;
      do written = await writeTimeline(timelines, id, async (known) => known && withViews(collections, known));
      while (written);
    }
  };
}
