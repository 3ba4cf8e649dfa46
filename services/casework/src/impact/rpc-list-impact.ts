import { listPage, recordReadings } from "@ntd/host";
import type { ImpactedCase } from "@ntd/proto/casework/v1/impact";
import type { ListImpactRequest, ListImpactResponse } from "@ntd/proto/casework/v1/withdrawal_service";
import { callerOf, requirePage, type Caller, type CallContext } from "@ntd/rpc";
import { gather, Problem } from "@ntd/service";
import type { CaseFile } from "../cases/case.ts";
import { published } from "../cases/publish.ts";
import type { Deps } from "../deps.ts";
import { isUnseen } from "../clusters/blind.ts";
import { causeKey, restsOn, standingOf, type What } from "./causes.ts";
import { requireCause } from "./required-cause.ts";

/** The cases that something has caused. Who may look second does not see what was decided; who does leaves that behind. */
export function listImpact(deps: Pick<Deps, "cases" | "readings" | "clock">) {
  const { cases } = deps;
  const told = async (shown: ImpactedCase[], { person: reader }: Caller, caseId = ""): Promise<ImpactedCase[]> => {
    const resource = caseId === "" ? "" : `cases/${caseId}`;
    const isDecided = shown.some(({ decisionId }) => decisionId !== "");
    if (isDecided) await recordReadings(deps, { reader, kind: "decision", resource, caseId });
    return shown;
  };
  return async (request: ListImpactRequest, context: CallContext): Promise<ListImpactResponse> => {
    const caller = callerOf(context);
    const { what } = gather({ what: () => requireCause(request.cause), page: () => requirePage(request) });
    if (what.$case === "caseId") {
      const found = await cases.load(what.value);
      if (found === undefined) throw new Problem("NOT_FOUND");
      const one = impacted(found.state, what, await isUnseen({ cases }, found.state, caller));
      return { cases: await told([one], caller, one.caseId), nextPageToken: "" };
    }
    const where = { cause: causeKey(what, "all") };
    const { documents, nextPageToken } = await listPage(cases, request, { where });
    const all = await Promise.all(
      documents.map(async ({ state }) => ({ state, unseen: await isUnseen({ cases }, state, caller) })),
    );
    // That it is listed by a person would say who decided it; by a cluster, that it is decided.
    const isTelling = what.$case === "person" || what.$case === "clusterCaseId";
    const shown = all.filter(({ unseen }) => !isTelling || !unseen);
    const some = shown.map(({ state, unseen }) => impacted(state, what, unseen));
    return { cases: await told(some, caller), nextPageToken };
  };
}

function impacted(file: CaseFile, what: What, unseen: boolean): ImpactedCase {
  const { caseId, state, decision } = published(file);
  if (unseen) return { caseId, ...UNSEEN };
  const { decisionId = "", verdict = "VERDICT_UNSPECIFIED", decidedBy = "", decidedTime } = decision ?? {};
  const decided = { decisionId, verdict, decidedBy, decidedTime };
  return { caseId, state, standing: standingOf(file), ...decided, restsOnCause: restsOn(file, what) };
}

const UNSEEN: Omit<ImpactedCase, "caseId"> = {
  state: "CASE_STATE_QUEUED",
  standing: "STANDING_UNDECIDED",
  decisionId: "",
  verdict: "VERDICT_UNSPECIFIED",
  decidedBy: "",
  decidedTime: undefined,
  restsOnCause: false,
};
