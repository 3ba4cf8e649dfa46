import type { CaseView } from "@ntd/proto/casework/v1/case_service";
import type { Caller } from "@ntd/rpc";
import type { Deps } from "../deps.ts";
import { openedIn } from "../readings/reading.ts";
import { recordReading } from "../readings/record-reading.ts";
import { caseReferral } from "../referrals/referral-message.ts";
import { isBlindFor } from "../second-look/look-message.ts";
import type { CaseFile } from "./case.ts";
import { caseView, opened } from "./case-message.ts";
import type { KeptAnswer } from "./kept-answer.ts";

/** The answer to `caller`: where it opens something, that is written first. */
export async function toldCase(
  deps: Pick<Deps, "readings" | "clock" | "sealer">,
  { answer, file }: { answer: KeptAnswer; file: CaseFile },
  caller: Caller,
): Promise<CaseView> {
  const isBlind = isBlindFor(answer, caller.person);
  const referral = caseReferral(file, { kind: caller.kind, isBlind }, (sealed) =>
    opened(() => deps.sealer.open(sealed)),
  );
  const view = { ...caseView(answer, caller, deps.sealer), ...(referral && { referral }) };
  const kind = openedIn({ url: view.url, words: wordsIn(view) });
  const caseId = view.case?.caseId ?? "";
  if (kind !== undefined) await recordReading(deps, { reader: caller.person, kind, caseId });
  return view;
}

function wordsIn(view: CaseView): string[] {
  const { decisionReason, heldReason, reopening, confirmation, stay, secondLook, referral } = view;
  const police = referral === undefined ? [] : [referral.reason, ...referral.feedback.map(({ text }) => text)];
  const said = [reopening?.reason, confirmation?.reason, stay?.reason, stay?.liftReason, secondLook?.otherReason];
  return [decisionReason, heldReason, ...police, ...said.filter((words) => words !== undefined)];
}
