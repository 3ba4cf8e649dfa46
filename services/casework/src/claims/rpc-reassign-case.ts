import { nameOf } from "@ntd/facts";
import { ReassignCaseRequest, type ReassignCaseResponse } from "@ntd/proto/casework/v1/assessment_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { gather, Problem, shown } from "@ntd/service";
import { changeCaseOnce } from "../cases/change-case-once.ts";
import { callFields } from "../cases/fields.ts";
import type { Deps } from "../deps.ts";
import { refusedLooker } from "../second-look/lookers.ts";
import { reassigned } from "./claim.ts";

/** A supervisor gives a case to an assessor, whoever has it: for as long as a claim lasts. */
export function reassignCase(deps: Deps) {
  return async (request: ReassignCaseRequest, context: CallContext): Promise<ReassignCaseResponse> => {
    const caller = callerOf(context);
    requireSupervisor(deps, caller.person);
    gather({ ...callFields(request), assessor: () => requireAssessor(request.assessor) });
    const person = `assessor/${request.assessor}`;
    const body = ReassignCaseRequest.encode(request).finish();
    const view = await changeCaseOnce(deps, { ...request, method: "ReassignCase", caller, body }, (file, now) => {
      return refusedLooker(file, person, deps.supervisors) ?? reassigned(file, person, now, deps.claimMs);
    });
    return { case: view };
  };
}

function requireSupervisor({ supervisors }: Pick<Deps, "supervisors">, person: string): void {
  if (supervisors.includes(nameOf(person))) return;
  throw new Problem("NOT_ALLOWED", "Only a supervisor gives a case to somebody (CASEWORK_SUPERVISORS names them).");
}

function requireAssessor(name: string): void {
  if (/^[^/\s]{1,100}$/.test(name)) return;
  const description = `${shown(name)} is no name of an assessor, for example "ann"`;
  throw Problem.fields({ field: "assessor", description });
}
