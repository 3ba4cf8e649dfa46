import { remember, remembered } from "@ntd/rpc";
import { derivedId, Problem } from "@ntd/service";
import { change } from "@ntd/store";
import { writeCase } from "../cases/write-case.ts";
import type { Deps } from "../deps.ts";
import { closedAsAbsent, type ClosedCounts, type Closing, type OpenClosing } from "./absent.ts";

/** Cases that are closed at a time. */
const TOGETHER = 20;
/** Answers kept for an assessor: repeats come soon or never. */
const KEPT = 10;

type Closer = Pick<Deps, "cases" | "closings" | "clock">;

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
  const begun = await begin(deps, call);
  if ("answer" in begun) return begun.answer;
  let closedCount = 0;
  for (let from = 0; from < begun.caseIds.length; from += TOGETHER) {
    signal.throwIfAborted();
    const some = begun.caseIds.slice(from, from + TOGETHER);
    const closed = await Promise.all(some.map((caseId) => close(deps, caseId, call.person, begun)));
    closedCount += closed.filter(Boolean).length;
  }
  const { count: leftCount } = await deps.cases.count({ waitsAsAbsent: true });
  return end(deps, call, { closedCount, leftCount });
}

async function begin(
  { closings, cases, clock }: Closer,
  { person, requestId, digest, maxCount }: CloseCall,
): Promise<OpenClosing | { answer: ClosedCounts }> {
  let begun: OpenClosing | { answer: ClosedCounts } | undefined;
  await change(closings, person, async (closing) => {
    const first = remembered(closing?.requests ?? [], requestId, digest);
    if (first instanceof Problem) throw first;
    if (first !== "new") return void (begun = first);
    const { open } = closing ?? {};
    if (open?.requestId === requestId) {
      if (open.digest !== digest) throw new Problem("REQUEST_ID_REUSED");
      return void (begun = open);
    }
    const caseIds = (await cases.find({ orderBy: "absentOrder", limit: maxCount })).map(({ id }) => id);
    begun = { requestId, digest, caseIds, decidedTime: clock.now() };
    const state: Closing = { schemaVersion: 1, open: begun, requests: closing?.requests ?? [] };
    return { state };
  });
  if (begun === undefined) throw new Problem("INTERNAL");
  return begun;
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

// One that came again meanwhile may have answered first.
async function end(
  { closings }: Closer,
  { person, requestId, digest }: CloseCall,
  counted: ClosedCounts,
): Promise<ClosedCounts> {
  let answer = counted;
  await change(closings, person, (closing) => {
    const first = remembered(closing?.requests ?? [], requestId, digest);
    if (first instanceof Problem) throw first;
    if (first !== "new") return void (answer = first.answer);
    const requests = remember(closing?.requests ?? [], { requestId, digest, answer: counted }, KEPT);
    const open = closing?.open?.requestId === requestId ? undefined : closing?.open;
    const state: Closing = { schemaVersion: 1, ...(open && { open }), requests };
    return { state };
  });
  return answer;
}
