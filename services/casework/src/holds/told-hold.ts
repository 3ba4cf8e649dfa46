import { Case } from "@ntd/proto/casework/v1/case";
import type { HoldView } from "@ntd/proto/casework/v1/hold_service";
import { callerOf, type CallContext, type Caller } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import { opened } from "../cases/case-message.ts";
import type { KeptAnswer } from "../cases/kept-answer.ts";
import type { Deps } from "../deps.ts";
import { openedIn } from "../readings/reading.ts";
import { recordReading } from "../readings/record-reading.ts";
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

/** The answer of a call that changed a hold. */
export function toldAnswer(
  deps: Pick<Deps, "readings" | "clock" | "sealer">,
  { published, hold }: KeptAnswer,
  by: { caller: Caller; seer: Seer },
): Promise<HoldView[]> {
  return toldHolds(deps, Case.decode(published), hold === undefined ? [] : [hold], by);
}

/** Holds of one case as the caller may see them: where that opens something, it is written first. */
export async function toldHolds(
  deps: Pick<Deps, "readings" | "clock" | "sealer">,
  of: Case,
  holds: readonly CaseHold[],
  { caller, seer }: { caller: Caller; seer: Seer },
): Promise<HoldView[]> {
  const views = holds.map((hold) => holdView(hold, of, seer, (sealed) => opened(() => deps.sealer.open(sealed))));
  const kind = openedIn({ url: "", words: views.flatMap(({ reason, releaseReason }) => [reason, releaseReason]) });
  if (kind !== undefined) await recordReading(deps, { reader: caller.person, kind, caseId: of.caseId });
  return views;
}
