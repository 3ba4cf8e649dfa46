import type { Event } from "@ntd/bus";
import type { Notice } from "@ntd/proto/takedown/v1/notice";
import type { Bells } from "./bells.ts";

/** Says to the streams of this process what became of a notice, here or at another replica. */
export function hear(bells: Bells, { data, verb }: Pick<Event<Notice>, "data" | "verb">): void {
  const { providerId, noticeId, state, offeredTime } = data;
  if (state !== "NOTICE_STATE_ISSUED") bells.over(providerId, noticeId);
  else if (offeredTime === undefined) bells.ring(providerId);
  // What was just stamped is carried by the stream that stamped it.
  else if (verb !== "offered" && verb !== "observed") bells.again(providerId);
}
