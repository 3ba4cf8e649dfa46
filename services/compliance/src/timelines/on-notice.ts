import type { DataOf, Event } from "@ntd/bus";
import { noticeFacts } from "./facts.ts";
import { refreshTimeline } from "./refresh-timelines.ts";
import { timelineId, type Records } from "../store.ts";
import { withNotice } from "./timeline.ts";
import { writeTimeline } from "./write-timeline.ts";

/** A notice makes the timelines of its targets and keeps them current. */
export function onNotice(records: Records) {
  return async ({ data, version }: Event<DataOf<"notice">>): Promise<void> => {
    for (const facts of noticeFacts(data, version)) {
      const id = timelineId(facts.noticeId, facts.targetId);
      const timeline = await writeTimeline(records, id, (known) => withNotice(known, facts));
      if (timeline !== undefined) await refreshTimeline(records, id, timeline);
    }
  };
}
