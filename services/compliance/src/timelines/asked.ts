import type { HotlineAction } from "@ntd/proto/hotline/v1/hotline_link_service";
import type { Preservation } from "@ntd/proto/takedown/v1/notice";
import type { NoticeFacts } from "./timeline.ts";

/** What else the notice asks, and whom. */
export interface AskedTimes {
  asksToPreserve: boolean;
  /** The newest word on that; UNSPECIFIED: none. */
  preservation: Preservation;
  /** Country of the hotline that it is for; undefined: it is for a provider. */
  abroad: string | undefined;
  /** What the hotline last said that it did. */
  hotlineAction: HotlineAction;
}

export function askedTimesOf({ preserve, abroad, answers }: NoticeFacts): AskedTimes {
  const newest = answers.toReversed().toSorted((a, b) => b.receivedTime.getTime() - a.receivedTime.getTime());
  return {
    asksToPreserve: preserve === true,
    preservation: newest.find((a) => a.preservation)?.preservation ?? "PRESERVATION_UNSPECIFIED",
    abroad,
    hotlineAction: newest.find((a) => a.action)?.action ?? "HOTLINE_ACTION_UNSPECIFIED",
  };
}
