import { FlagCaseRequest, type FlagCaseResponse } from "@ntd/proto/casework/v1/assessment_service";
import { nameOf } from "@ntd/facts";
import { callerOf, type CallContext, type Caller } from "@ntd/rpc";
import { gather, Problem } from "@ntd/service";
import type { CaseFile, Flag } from "../cases/case.ts";
import { changeCaseOnce } from "../cases/change-case-once.ts";
import { callFields, requireReason } from "../cases/fields.ts";
import type { Deps } from "../deps.ts";
import { holdsInForce } from "../holds/hold.ts";
import { wrongState } from "../refusal.ts";

/** An assessor's or officer's word on the child whom a case is about. It moves the case to another lane, decided or not. */
export function flagCase(deps: Deps) {
  return async (request: FlagCaseRequest, context: CallContext): Promise<FlagCaseResponse> => {
    const caller = callerOf(context);
    const { lifeAtRisk, youngChild, reason } = request;
    gather({ ...callFields(request), word: () => requireWord(request), reason: () => requireReason(reason) });
    const body = FlagCaseRequest.encode(request).finish();
    const view = await changeCaseOnce(deps, { ...request, method: "FlagCase", caller, body }, (file, now) => {
      if (lifeAtRisk === false && endsWaiting(file, caller, deps.supervisors)) return FOR_SUPERVISORS;
      const said = { by: caller.person, time: now, reason: deps.sealer.seal(reason, "words", now) };
      return flagged(file, { lifeAtRisk, youngChild }, said);
    });
    return { case: view };
  };
}

function requireWord({ lifeAtRisk, youngChild }: FlagCaseRequest): void {
  if (lifeAtRisk !== undefined || youngChild !== undefined) return;
  throw Problem.fields({ field: "life_at_risk", description: "is not said, nor is young_child; say one of them" });
}

// Its holds would end at once: who may end them says it.
function endsWaiting(file: CaseFile, { kind, person }: Caller, supervisors: readonly string[]): boolean {
  const waits = holdsInForce(file).some(({ waitsForSupervisor }) => waitsForSupervisor === true);
  return waits && kind !== "police" && !supervisors.includes(nameOf(person));
}

const FOR_SUPERVISORS = wrongState(
  "A hold of it waits for a supervisor, since life is at risk: a supervisor or an officer takes that back.",
);

/** The newest word counts, whoever says it. */
export function flagged(
  file: CaseFile,
  { lifeAtRisk, youngChild }: Record<"lifeAtRisk" | "youngChild", boolean | undefined>,
  said: Omit<Flag, "is">,
): CaseFile {
  const flags = {
    ...file.flags,
    ...(lifeAtRisk !== undefined && { lifeAtRisk: { is: lifeAtRisk, ...said } }),
    ...(youngChild !== undefined && { youngChild: { is: youngChild, ...said } }),
  };
  return { ...file, flags };
}
