import { listPage } from "@ntd/host";
import type { ImpactedCase } from "@ntd/proto/casework/v1/impact";
import type { ListImpactRequest, ListImpactResponse } from "@ntd/proto/casework/v1/withdrawal_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import type { CaseFile } from "../cases/case.ts";
import { published } from "../cases/publish.ts";
import type { Deps } from "../deps.ts";
import { causeKey, restsOn, standingOf, type What } from "./causes.ts";
import { requireCause } from "./required-cause.ts";

/** The cases that something has caused. */
export function listImpact({ cases }: Pick<Deps, "cases">) {
  return async (request: ListImpactRequest, context: CallContext): Promise<ListImpactResponse> => {
    const what = requireCause(request.cause, callerOf(context));
    if (what.$case === "caseId") {
      const found = await cases.load(what.value);
      if (found === undefined) throw new Problem("NOT_FOUND");
      return { cases: [impacted(found.state, what)], nextPageToken: "" };
    }
    const where = { cause: causeKey(what, "all") };
    const { documents, nextPageToken } = await listPage(cases, request, { where });
    return { cases: documents.map(({ state }) => impacted(state, what)), nextPageToken };
  };
}

function impacted(file: CaseFile, what: What): ImpactedCase {
  const { caseId, state, decision } = published(file);
  const { decisionId = "", verdict = "VERDICT_UNSPECIFIED", decidedBy = "", decidedTime } = decision ?? {};
  const decided = { decisionId, verdict, decidedBy, decidedTime };
  return { caseId, state, standing: standingOf(file), ...decided, restsOnCause: restsOn(file, what) };
}
