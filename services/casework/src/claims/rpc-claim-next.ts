import { ClaimNextRequest, type ClaimNextResponse } from "@ntd/proto/casework/v1/assessment_service";
import type { CaseView } from "@ntd/proto/casework/v1/case_service";
import { callerOf, requireRequestId, scopedRequestId, type CallContext, type Caller } from "@ntd/rpc";
import { nameOf } from "@ntd/facts";
import { gather, Problem } from "@ntd/service";
import type { CaseFile } from "../cases/case.ts";
import { changeCaseOnce } from "../cases/change-case-once.ts";
import type { Deps } from "../deps.ts";
import { refusedLooker } from "../second-look/lookers.ts";
import { requireViewLeft, viewOf } from "../views/open-picture.ts";
import { claimed, holderOf } from "./claim.ts";
import { laneIn } from "../queue/rpc-list-queue.ts";
import { inLane } from "../queue/order.ts";

const METHOD = "ClaimNext";
const PAGE = 50;
/** Who may decide none of so many is told that nothing waits: another one is to see these. */
const MOST_PASSED = 1000;

/**
 * Claims the first case, in the order of the queue, that is nobody's and that the caller may decide: also one whose picture
 * they have seen, which is not opened to them again. Were such cases left to others, each picture that comes again would be
 * seen by one person more, and wait for days once all had seen it.
 */
export function claimNext(deps: Deps) {
  return async (request: ClaimNextRequest, context: CallContext): Promise<ClaimNextResponse> => {
    const caller = callerOf(context);
    const { requestId, lane } = gather({
      requestId: () => requireRequestId(request.requestId),
      lane: () => laneIn(request),
    });
    const body = ClaimNextRequest.encode(request).finish();
    const claim = (caseId: string) => claimFree(deps, { requestId, caller, body, caseId });
    const earlier = await answeredIn(deps, caller, requestId);
    if (earlier !== undefined) return { case: await claim(earlier) };
    let passed = 0;
    let spent: Problem | undefined;
    const where = lane === undefined ? {} : { laneOrder: inLane(lane) };
    for await (const page of deps.cases.pages({ where, orderBy: "laneOrder" }, PAGE)) {
      for (const { id, state } of page) {
        if (!isFor(deps, state, caller)) continue;
        const view = await claim(id).catch((error: unknown) => (spent = budgetSpent(error)));
        if (view !== undefined && !(view instanceof Problem)) return { case: view };
      }
      passed += page.length;
      if (passed >= MOST_PASSED || context.signal.aborted) break;
    }
    // Words open no picture, and a child in danger waits for no budget: only where nothing of that is left it is said.
    if (spent !== undefined) throw spent;
    return { case: undefined };
  };
}

function budgetSpent(error: unknown): Problem {
  const problem = Problem.from(error);
  if (problem.reason === "VIEW_BUDGET_SPENT") return problem;
  throw error;
}

function isFor(deps: Deps, file: CaseFile, { person }: Caller): boolean {
  const { kind } = file.progress;
  if (kind === "held" || holderOf(file, deps.clock.now()) !== "") return false;
  return refusedLooker(file, person, deps.supervisors) === undefined;
}

/** Undefined where another one was quicker. Each of the first cases may be the only one that its budget allows. */
async function claimFree(
  deps: Deps,
  call: { requestId: string; caller: Caller; body: Uint8Array; caseId: string },
): Promise<CaseView | undefined> {
  const { person } = call.caller;
  const file = (await deps.cases.load(call.caseId))?.state;
  if (file === undefined) return undefined;
  await requireViewLeft(deps, person, viewOf(file));
  try {
    return await changeCaseOnce(deps, { ...call, method: METHOD, opens: "once" }, (found, now) => {
      return refusedLooker(found, person, deps.supervisors) ?? claimed(found, person, now, deps.claimMs);
    });
  } catch (error) {
    const { reason } = Problem.from(error);
    if (reason === "WRONG_STATE" || reason === "SAME_PERSON") return undefined;
    throw error;
  }
}

/** The case that this very call claimed before. */
async function answeredIn({ cases }: Deps, { person }: Caller, requestId: string): Promise<string | undefined> {
  const id = scopedRequestId(person, METHOD, requestId);
  const own = await cases.find({ where: { holder: nameOf(person) }, limit: PAGE });
  return own.find(({ state }) => state.requests.some((one) => one.requestId === id))?.id;
}
