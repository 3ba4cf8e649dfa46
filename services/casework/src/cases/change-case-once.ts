import { changeOnce } from "@ntd/host";
import type { CaseView } from "@ntd/proto/casework/v1/case_service";
import type { Caller } from "@ntd/rpc";
import { gather, Problem } from "@ntd/service";
import type { Document } from "@ntd/store";
import type { CaseFile } from "./case.ts";
import { withConsequences } from "./consequences.ts";
import { answerOf } from "./case-message.ts";
import type { Deps } from "../deps.ts";
import { granted, type Refusal } from "../refusal.ts";
import { callFields } from "./fields.ts";
import type { KeptAnswer } from "./kept-answer.ts";
import { countDecision } from "../metrics.ts";
import { eventOfChange } from "./publish.ts";
import { toldCase } from "./told-case.ts";

/** One call that changes a case: its method, its ids and its whole body as bytes. */
export interface Call {
  method: string;
  caller: Caller;
  requestId: string;
  caseId: string;
  body: Uint8Array;
  /** A claim is a view of its picture: "again" where the caller asks to see once more what they saw elsewhere. */
  opens?: "once" | "again";
}

/** Answers kept in a case: repeats come soon or never. */
const KEPT = 10;

/**
 * Changes a case once for each request id of a caller and method: a repeat gets the first answer.
 *
 * @throws Problem REQUEST_ID_REUSED, NOT_FOUND, FIELD_INVALID, or what `decide` refuses.
 */
export async function changeCaseOnce(
  deps: Deps,
  call: Call,
  decide: (file: CaseFile, now: Date) => CaseFile | Refusal | Promise<CaseFile | Refusal>,
): Promise<CaseView> {
  const { document, answer } = await changedCaseOnce(deps, call, decide);
  return toldCase(deps, { answer, file: document.state }, call.caller, call.opens);
}

/** The same, with the case as it now is; the answer has the hold that the call names. */
export async function changedCaseOnce(
  deps: Deps,
  call: Call & { holdId?: string },
  decide: (file: CaseFile, now: Date) => CaseFile | Refusal | Promise<CaseFile | Refusal>,
): Promise<{ document: Document<CaseFile>; answer: KeptAnswer }> {
  const { caller, caseId, holdId } = call;
  gather(callFields(call));
  let before: CaseFile | undefined;
  const { document, answer, isRepeat } = await changeOnce(
    deps.cases,
    caseId,
    { ...call, caller: caller.person },
    async (file) => {
      if (file === undefined) throw new Problem("NOT_FOUND");
      const now = deps.clock.now();
      const after = withConsequences(deps, file, granted(await decide((before = file), now)), now);
      const hold = holdId !== undefined && after.holds?.all.find((one) => one.holdId === holdId);
      const told = { ...answerOf(after, now), ...(hold && { hold }) };
      return { state: after, event: eventOfChange(file, after, now), answer: told };
    },
    KEPT,
  );
  if (!isRepeat) countDecision(before, document.state);
  return { document, answer };
}
