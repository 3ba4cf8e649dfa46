import { derivedId } from "@ntd/service";
import { writeCase, type CaseWriter } from "../cases/write-case.ts";
import type { Deps } from "../deps.ts";
import { endedList, frozenList } from "../frozen-list.ts";
import { closedAsAbsent, type ClosedCounts, type OpenClosing } from "./absent.ts";

/** Cases that are closed at a time. */
const TOGETHER = 20;

type Closer = CaseWriter & Pick<Deps, "closings">;

/** One call of an assessor: its scoped id and the digest of its body. */
export interface CloseCall {
  person: string;
  requestId: string;
  digest: string;
  maxCount: number;
}

/**
 * Closes in bulk what was absent at every look. The list is frozen before the first case is closed, so that a repeat
 * after a crash goes on with it and counts what was closed before.
 *
 * @throws Problem REQUEST_ID_REUSED.
 */
export async function closeAbsent(deps: Closer, call: CloseCall, signal: AbortSignal): Promise<ClosedCounts> {
  const { closings, cases } = deps;
  const freeze = () => openClosing(deps, call);
  const begun = await frozenList(closings, call.person, call, { freeze, left: "dropped" });
  if ("answer" in begun) return begun.answer;
  const { open } = begun;
  let closedCount = 0;
  for (let from = 0; from < open.caseIds.length; from += TOGETHER) {
    signal.throwIfAborted();
    const some = open.caseIds.slice(from, from + TOGETHER);
    const closed = await Promise.all(some.map((caseId) => close(deps, caseId, call.person, open)));
    closedCount += closed.filter(Boolean).length;
  }
  const { count: leftCount } = await cases.count({ waitsAsAbsent: true });
  return endedList(closings, call.person, call, { closedCount, leftCount });
}

async function openClosing({ cases, clock }: Closer, { requestId, digest, maxCount }: CloseCall): Promise<OpenClosing> {
  const found = await cases.find({ orderBy: "absentOrder", limit: maxCount });
  return { requestId, digest, caseIds: found.map(({ id }) => id), decidedTime: clock.now() };
}

/** Whether this closing decided the case, now or before a crash. */
async function close(deps: Closer, caseId: string, decidedBy: string, of: OpenClosing): Promise<boolean> {
  const decisionId = derivedId("decision", caseId, of.requestId);
  const { decidedTime } = of;
  const file = await writeCase(deps, caseId, (found) => {
    return found && closedAsAbsent(found, { decisionId, decidedBy, decidedTime });
  });
  return file?.decisions.some((decision) => decision.decisionId === decisionId) ?? false;
}
