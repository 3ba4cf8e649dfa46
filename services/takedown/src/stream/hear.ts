import type { Event } from "@ntd/bus";
import type { Notice, NoticeState } from "@ntd/proto/takedown/v1/notice";
import type { Bells } from "./bells.ts";

/** Says to the streams of this process what became of a notice, here or at another replica. */
export function hear(bells: Bells, { data, verb }: Pick<Event<Notice>, "data" | "verb">): void {
  const { providerId, noticeId, revision, offeredTime } = data;
  if (CHANGES.has(verb) && offeredTime !== undefined) {
    bells.over(providerId, noticeId, revision);
    bells.ring(providerId);
    bells.again(providerId);
  } else if (isOver(data)) bells.over(providerId, noticeId, revision);
  else if (verb === "look_asked") return;
  else if (verb === "held") return;
  else if (offeredTime === undefined) bells.ring(providerId);
  else if (verb === "offered") bells.stamped(providerId, noticeId, revision);
  else if (verb !== "observed") bells.again(providerId);
}

/** What the revision before says is no longer to be said. */
const CHANGES: ReadonlySet<string> = new Set(["suspended", "reinstated", "lapsed", "withdrawn", "released"]);

// A replica of the release before tells no time for the newest revision: it knows the first alone.
function isOver({ state, revision, acknowledgedTime, revisionAcknowledgedTime }: Notice): boolean {
  const taken = revisionAcknowledgedTime ?? (revision === 1 ? acknowledgedTime : undefined);
  return taken !== undefined || ENDS.has(state);
}

const ENDS: ReadonlySet<NoticeState> = new Set([
  "NOTICE_STATE_VERIFIED_GONE",
  "NOTICE_STATE_CLOSED",
  "NOTICE_STATE_RESTORED",
  "NOTICE_STATE_UNDELIVERABLE",
  "NOTICE_STATE_REJECTED",
]);
