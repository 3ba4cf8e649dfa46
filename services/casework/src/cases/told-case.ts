import type { CaseView } from "@ntd/proto/casework/v1/case_service";
import type { Caller } from "@ntd/rpc";
import type { Deps } from "../deps.ts";
import { openedIn } from "../readings/reading.ts";
import { recordReading } from "../readings/record-reading.ts";
import { caseView } from "./case-message.ts";
import type { KeptAnswer } from "./kept-answer.ts";

/** The answer to `caller`: where it opens something, that is written first. */
export async function toldCase(
  deps: Pick<Deps, "readings" | "clock" | "sealer">,
  answer: KeptAnswer,
  caller: Caller,
): Promise<CaseView> {
  const view = caseView(answer, caller, deps.sealer);
  const kind = openedIn({ url: view.url, words: wordsIn(view) });
  const caseId = view.case?.caseId ?? "";
  if (kind !== undefined) await recordReading(deps, { reader: caller.person, kind, caseId });
  return view;
}

function wordsIn({ decisionReason, heldReason, reopening, confirmation, stay, secondLook }: CaseView): string[] {
  const said = [reopening?.reason, confirmation?.reason, stay?.reason, stay?.liftReason, secondLook?.otherReason];
  return [decisionReason, heldReason, ...said.filter((words) => words !== undefined)];
}
