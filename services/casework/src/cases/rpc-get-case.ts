import type { GetCaseRequest, GetCaseResponse } from "@ntd/proto/casework/v1/case_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import type { CaseFile } from "./case.ts";
import { answerOf } from "./case-message.ts";
import type { Deps } from "../deps.ts";
import { openingOf } from "../views/open-picture.ts";
import { toldCase } from "./told-case.ts";

/** A case by its id, or the newest episode of a target. */
export function getCase(deps: Deps) {
  return async ({ by, openAddress }: GetCaseRequest, context: CallContext): Promise<GetCaseResponse> => {
    const file = await found(deps, by);
    if (file === undefined) throw new Problem("NOT_FOUND");
    const caller = callerOf(context);
    const answer = answerOf(file, deps.clock.now());
    const opens = await openingOf(deps, file, caller, openAddress);
    return { case: await toldCase(deps, { answer, file }, caller, opens) };
  };
}

async function found({ cases }: Deps, by: GetCaseRequest["by"]): Promise<CaseFile | undefined> {
  if (by === undefined || by.value === "") {
    throw Problem.fields({ field: "by", description: "is empty; name a case_id or a target_id" });
  }
  if (by.$case === "caseId") return (await cases.load(by.value))?.state;
  const where = { targetId: by.value };
  const [newest] = await cases.find({ where, orderBy: "episode", descending: true, limit: 1 });
  return newest?.state;
}
