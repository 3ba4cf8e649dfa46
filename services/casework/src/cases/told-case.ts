import { openWords } from "@ntd/service";
import type { CaseView } from "@ntd/proto/casework/v1/case_service";
import type { Caller } from "@ntd/rpc";
import { recordReadings } from "@ntd/host";
import { answerBlind } from "../clusters/blind.ts";
import type { Deps } from "../deps.ts";
import { countOpening, viewedIn, type Viewing } from "../views/open-picture.ts";
import { notesFor } from "../notes/note.ts";
import { openedIn } from "./opened-in.ts";
import { caseReferral } from "../referrals/referral-message.ts";
import { isBlindFor } from "../second-look/look-message.ts";
import type { CaseFile } from "./case.ts";
import { caseView } from "./case-message.ts";
import type { KeptAnswer } from "./kept-answer.ts";

/**
 * The answer to `caller`: where it opens something, that is written first. The address of a picture that they saw in
 * another case is not opened again, unless they ask for it; nor is that of a case that they do not have.
 */
export async function toldCase(
  deps: Viewing & Pick<Deps, "cases" | "readings" | "sealer">,
  { answer: kept, file }: { answer: KeptAnswer; file: CaseFile },
  caller: Caller,
  opens?: "once" | "again",
): Promise<CaseView> {
  const answer = await answerBlind(deps, file, kept, caller);
  const isBlind = isBlindFor(answer, caller.person);
  const referral = caseReferral(file, { kind: caller.kind, isBlind }, (sealed) => openWords(deps.sealer, sealed));
  const told = await withoutSeen(deps, caseView(answer, caller, deps.sealer), caller, opens);
  const noteCount = caller.kind === "assessor" ? notesFor(file, caller.person).length : 0;
  const view = { ...told, ...(referral && { referral }), ...(noteCount > 0 && { noteCount }) };
  const isDecided = view.case?.decision !== undefined || view.heldDecision !== undefined;
  const kind = openedIn({ url: view.url, words: wordsIn(view), isDecided });
  const caseId = view.case?.caseId ?? "";
  if (kind !== undefined)
    await recordReadings(deps, { reader: caller.person, kind, resource: `cases/${caseId}`, caseId });
  return view;
}

async function withoutSeen(
  deps: Viewing,
  view: CaseView,
  { person }: Caller,
  opens: "once" | "again" | undefined,
): Promise<CaseView> {
  const found = view.case;
  if (view.url === "" || found === undefined) return view;
  // Who has it in hand and is shown the address views it, whichever call shows it.
  if (opens !== undefined || view.claimedBy === person) await countOpening(deps, person, found, opens === "again");
  const viewedInCaseId = await viewedIn(deps, person, found);
  // Nobody sees an address by the way: who does not have the case asks for it, and that is a view.
  if (opens === undefined && view.claimedBy !== person) {
    return { ...view, url: "", ...(viewedInCaseId !== undefined && { viewedInCaseId }) };
  }
  return viewedInCaseId === undefined ? view : { ...view, url: "", viewedInCaseId };
}

function wordsIn(view: CaseView): string[] {
  const { decisionReason, heldReason, reopening, confirmation, stay, secondLook, referral, legalHold } = view;
  const police = referral === undefined ? [] : [referral.reason, ...referral.feedback.map(({ text }) => text)];
  const said = [reopening?.reason, confirmation?.reason, stay?.reason, stay?.liftReason, secondLook?.otherReason];
  const kept = [legalHold?.reason, legalHold?.liftReason];
  return [decisionReason, heldReason, ...police, ...[...said, ...kept].filter((words) => words !== undefined)];
}
