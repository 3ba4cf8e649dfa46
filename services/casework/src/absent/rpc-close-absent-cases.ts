import { CloseAbsentCasesRequest, type CloseAbsentCasesResponse } from "@ntd/proto/casework/v1/case_service";
import { bodyDigest, callerOf, requireRequestId, scopedRequestId, type CallContext } from "@ntd/rpc";
import { Problem, shown } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { closeAbsent } from "./close-absent.ts";

const MAX = 1000;

export function closeAbsentCases(deps: Deps) {
  return async (request: CloseAbsentCasesRequest, context: CallContext): Promise<CloseAbsentCasesResponse> => {
    const { person } = callerOf(context);
    const { maxCount } = request;
    const requestId = scopedRequestId(person, "CloseAbsentCases", requireRequestId(request.requestId));
    if (maxCount < 1 || maxCount > MAX) {
      const description = `${shown(maxCount)} is no number from 1 to ${MAX}`;
      throw Problem.fields({ field: "max_count", description });
    }
    const digest = bodyDigest(CloseAbsentCasesRequest.encode(request).finish());
    return closeAbsent(deps, { person, requestId, digest, maxCount }, context.signal);
  };
}
