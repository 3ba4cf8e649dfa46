import type { CaseView } from "@ntd/proto/casework/v1/case_service";
import { bodyDigest, remember, remembered, requireRequestId, scopedRequestId, type Caller } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import type { CaseFile } from "./case.ts";
import { answerOf, caseView } from "./case-view.ts";
import type { Casework } from "../casework.ts";
import type { Refusal } from "../queue/claim.ts";
import { requireCaseId } from "./fields.ts";
import { writeCase } from "./write-case.ts";

/** One call that changes a case: its method, its ids and its whole body as bytes. */
export interface Call {
  method: string;
  caller: Caller;
  requestId: string;
  caseId: string;
  body: Uint8Array;
}

/** Answers kept in a case: repeats come soon or never. */
const KEPT = 10;

/**
 * Changes a case once for each request id of a caller and method: a repeat gets the first answer.
 *
 * @throws Problem REQUEST_ID_REUSED, NOT_FOUND, FIELD_INVALID, or what `decide` refuses.
 */
export async function changeOnce(
  casework: Casework,
  call: Call,
  decide: (file: CaseFile, now: Date) => CaseFile | Refusal,
): Promise<CaseView> {
  const { caller, method, caseId, body } = call;
  const requestId = scopedRequestId(caller.person, method, requireRequestId(call.requestId));
  const digest = bodyDigest(body);
  requireCaseId(caseId);
  const file = await writeCase(casework, caseId, (before) => {
    if (before === undefined) throw new Problem("NOT_FOUND");
    const first = remembered(before.requests, requestId, digest);
    if (first instanceof Problem) throw first;
    if (first !== "new") return before;
    const now = casework.clock.now();
    const after = decide(before, now);
    if ("refused" in after) throw refusal(after);
    const requests = remember(after.requests, { requestId, digest, answer: answerOf(after, now) }, KEPT);
    return { ...after, requests };
  });
  const answered = remembered(file?.requests ?? [], requestId, digest);
  if (answered === "new" || answered instanceof Problem) throw new Problem("INTERNAL");
  return caseView(answered.answer, caller, casework.sealer);
}

function refusal({ refused, detail, metadata }: Refusal): Problem {
  return new Problem(refused, detail, metadata && { metadata });
}
