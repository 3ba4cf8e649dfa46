import type { HotlineAnswer } from "@ntd/proto/hotline/v1/hotline_link_service";
import { keep, MAX_ANSWERS, type Said } from "../answers/answer.ts";
import { revisionFault } from "../answers/faults.ts";
import type { Notice } from "../notices/notice.ts";
import { actionOf } from "../notices/revision.ts";
import { outcomeOf } from "./outcome.ts";

/** Why an answer is nobody's: noted, and passed over. */
export type Stray = "unknown_reference" | "another_hotline" | "unknown_revision" | "not_understood" | "too_many";

/** A notice after an answer of its hotline, each of which is taken once: the same notice when it is one that it has. */
export function takeAnswer(notice: Notice, answer: HotlineAnswer, now: Date): Notice | Stray {
  const { place, revision, action, reason, actedTime, hotline = notice.providerId } = answer;
  if (notice.route !== "ROUTE_HOTLINE") return "unknown_reference";
  if (hotline !== notice.providerId) return "another_hotline";
  if (place <= (notice.answersUpTo ?? "")) return notice;
  const isSent = notice.offeredTime !== undefined && revisionFault(notice, revision) === undefined;
  if (!isSent) return "unknown_revision";
  if (NO_WORDS.has(action) || reason === "UNRECOGNIZED") return "not_understood";
  if (notice.targets.some(({ answers }) => answers.length >= MAX_ANSWERS)) return "too_many";
  // Hotlines have no word for "it is there again": whatever comes to that is kept, and is no answer to it.
  const asksBack = actionOf(notice, revision) === "ACTION_RESTORE";
  const outcome = asksBack ? "OUTCOME_UNSPECIFIED" : outcomeOf(action, reason);
  const said = notice.targets.map(({ targetId }): Said => {
    return {
      targetId,
      outcome,
      cannotComplyReason: "CANNOT_COMPLY_REASON_UNSPECIFIED",
      cannotRestoreReason: "CANNOT_RESTORE_REASON_UNSPECIFIED",
      disputeGrounds: outcome === "OUTCOME_DISPUTED" ? "DISPUTE_GROUNDS_LAWFUL" : "DISPUTE_GROUNDS_UNSPECIFIED",
      // One that is none could not be told on.
      measureTime: Number.isNaN(actedTime?.getTime()) ? undefined : actedTime,
      reference: "",
      hotlineAction: action,
      ...(reason !== "HOTLINE_REASON_UNSPECIFIED" && { hotlineReason: reason }),
    };
  });
  return { ...keep(notice, revision, said, now), answersUpTo: place };
}

const NO_WORDS: ReadonlySet<string> = new Set(["HOTLINE_ACTION_UNSPECIFIED", "UNRECOGNIZED"]);
