import type { Event } from "@ntd/bus";
import type { Notice } from "@ntd/proto/takedown/v1/notice";
import type { Bells } from "./bells.ts";

/** Says to the streams of this process what became of a notice, here or at another replica. */
export function hear(bells: Bells, { data, verb }: Pick<Event<Notice>, "data" | "verb">): void {
  const { providerId, noticeId, state, offeredTime } = data;
  if (state !== "NOTICE_STATE_ISSUED") bells.over(providerId, noticeId);
  else if (verb === "look_asked") return;
  else if (offeredTime === undefined) bells.ring(providerId);
  else if (verb === "offered") bells.stamped(providerId, noticeId);
  else if (verb !== "observed") bells.again(providerId);
}
