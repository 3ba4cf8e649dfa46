import type { DataOf, Event } from "@ntd/bus";
import { change } from "@ntd/store";
import { noticeFacts } from "./facts.ts";
import { refreshTimeline } from "./refresh-timelines.ts";
import { timelineId, type Records } from "./store.ts";
import { withNotice } from "./timeline.ts";

/** A notice makes the timelines of its targets and keeps them current. */
export function onNotice(records: Records) {
  return async ({ data, version }: Event<DataOf<"notice">>): Promise<void> => {
    for (const facts of noticeFacts(data, version)) {
      const id = timelineId(facts.noticeId, facts.targetId);
      const saved = await change(records.timelines, id, (timeline) =>
        timeline !== undefined && timeline.notice.version > version
          ? undefined
          : { state: withNotice(timeline, facts) },
      );
      if (saved !== undefined) await refreshTimeline(records, id, saved.state);
    }
  };
}
