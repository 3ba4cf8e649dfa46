import { CloseAbsentCasesRequest, type CloseAbsentCasesResponse } from "@ntd/proto/casework/v1/case_service";
import { bodyDigest, callerOf, requireRequestId, scopedRequestId, type CallContext } from "@ntd/rpc";
import { gather, Problem, shown } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { closeAbsent } from "./close-absent.ts";

const MAX = 1000;

export function closeAbsentCases(deps: Deps) {
  return async (request: CloseAbsentCasesRequest, context: CallContext): Promise<CloseAbsentCasesResponse> => {
    const { person } = callerOf(context);
    const { maxCount } = request;
    const { id } = gather({ id: () => requireRequestId(request.requestId), maxCount: () => requireCount(maxCount) });
    const requestId = scopedRequestId(person, "CloseAbsentCases", id);
    const digest = bodyDigest(CloseAbsentCasesRequest.encode(request).finish());
    return closeAbsent(deps, { person, requestId, digest, maxCount }, context.signal);
  };
}

function requireCount(maxCount: number): void {
  if (maxCount >= 1 && maxCount <= MAX) return;
  throw Problem.fields({ field: "max_count", description: `${shown(maxCount)} is no number from 1 to ${MAX}` });
}
