import { HotlineAction, HotlineReason } from "@ntd/proto/hotline/v1/hotline_link_service";

/** What a hotline did, and why. */
export interface Said {
  action: HotlineAction;
  reason: HotlineReason;
}

/** Whether a reason goes with an action: what was reported or removed has none; what is refused needs one. */
const REASONS: Readonly<Partial<Record<HotlineAction, "none" | "may" | "must">>> = {
  HOTLINE_ACTION_REPORTED_TO_POLICE: "none",
  HOTLINE_ACTION_REPORTED_TO_PROVIDER: "none",
  HOTLINE_ACTION_CONTENT_REMOVED: "none",
  HOTLINE_ACTION_CONTENT_UNAVAILABLE: "may",
  HOTLINE_ACTION_MOVED: "may",
  HOTLINE_ACTION_NO_ACTION: "must",
  HOTLINE_ACTION_NOT_ILLEGAL: "must",
};

/** What is wrong with an action and its reason, undefined when nothing is. */
export function saidFault({ action, reason }: Said): string | undefined {
  const takes = REASONS[action];
  if (takes === undefined) return "has an action that is none of the seven";
  const isGiven = reason !== "HOTLINE_REASON_UNSPECIFIED";
  if (takes === "none" && isGiven) return `has a reason, and ${shortOf(action)} has none`;
  return takes === "must" && !isGiven ? `has no reason, and ${shortOf(action)} needs one` : undefined;
}

/** The words without their prefix, as they stand in a file. */
export const actionNamed = (word: unknown): HotlineAction | undefined => named(HotlineAction, "HOTLINE_ACTION_", word);
export const reasonNamed = (word: unknown): HotlineReason | undefined => named(HotlineReason, "HOTLINE_REASON_", word);

function named<W extends string>(words: Readonly<Record<string, W>>, prefix: string, word: unknown): W | undefined {
  if (word === "UNSPECIFIED" || word === "UNRECOGNIZED") return undefined;
  return Object.values(words).find((known) => known === `${prefix}${String(word)}`);
}

function shortOf(action: HotlineAction): string {
  return action.replace("HOTLINE_ACTION_", "");
}
