import { Case } from "@ntd/proto/casework/v1/case";
import type { HoldView } from "@ntd/proto/casework/v1/hold_service";
import type { Sealed } from "@ntd/proto/common/v1/common";
import { callerOf, type CallContext, type Caller } from "@ntd/rpc";
import { Problem, openWords } from "@ntd/service";
import { recordReadings, type Opened } from "@ntd/host";
import type { KeptAnswer } from "../cases/kept-answer.ts";
import type { Deps } from "../deps.ts";
import { openedIn } from "../cases/opened-in.ts";
import { countComplaints } from "../reviews/kept-back.ts";
import { isBlindFor, tellsDecision, unseen } from "../second-look/look-message.ts";
import { isSupervisor } from "../second-look/lookers.ts";
import type { CaseHold } from "./hold.ts";
import { holdView, type Seer } from "./hold-message.ts";

/**
 * Who calls, as far as holds are concerned.
 *
 * @throws Problem NOT_ALLOWED for an assessor who is no supervisor.
 */
export function seerOf(
  { supervisors }: Pick<Deps, "supervisors">,
  context: CallContext,
): { caller: Caller; seer: Seer } {
  const caller = callerOf(context);
  if (caller.kind === "police" || caller.kind === "operator") return { caller, seer: caller.kind };
  if (isSupervisor(caller.person, supervisors)) return { caller, seer: "supervisor" };
  throw new Problem("NOT_ALLOWED", "Of assessors, supervisors alone see and release holds.");
}

type Telling = Pick<Deps, "readings" | "reviews" | "cases" | "clock" | "sealer">;

/** The answer of a call that changed a hold: where it opens something, that is written first. */
export async function toldAnswer(
  deps: Telling,
  answer: KeptAnswer,
  by: { caller: Caller; seer: Seer },
): Promise<HoldView[]> {
  const { views, opened } = await seenHolds(deps, answer, answer.hold === undefined ? [] : [answer.hold], by);
  await recordReadings(deps, ...opened);
  return views;
}

/**
 * Holds of one case as the caller may see them, and what that opens: it is to be written before they are told. Who looks
 * second at the case does not learn from them what was decided.
 */
export async function seenHolds(
  deps: Telling,
  answer: KeptAnswer,
  holds: readonly CaseHold[],
  { caller, seer }: { caller: Caller; seer: Seer },
): Promise<{ views: HoldView[]; opened: Opened[] }> {
  const isBlind = caller.kind === "assessor" && isBlindFor(answer, caller.person);
  const of = isBlind ? unseen(answer) : Case.decode(answer.published);
  const seen = isBlind ? holds.filter((hold) => !tellsDecision(hold)) : holds;
  // Police alone hear what is said against what they hold: it waits for them.
  const complaints = seer === "police" && seen.length > 0 ? await countComplaints(deps, of) : 0;
  const open = (sealed: Sealed) => openWords(deps.sealer, sealed);
  const views = seen.map((hold) => holdView(hold, of, seer, open, complaints));
  const words = views.flatMap(({ reason, releaseReason, renewals }) => {
    return [reason, releaseReason, ...renewals.map((renewal) => renewal.reason ?? "")];
  });
  const kind = openedIn({ words });
  const { caseId } = of;
  const opened = kind && { reader: caller.person, kind, resource: `cases/${caseId}`, caseId };
  return { views, opened: opened === undefined ? [] : [opened] };
}
