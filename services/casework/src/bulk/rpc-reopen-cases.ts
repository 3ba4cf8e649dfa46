import { ReopenCasesRequest, type ReopenCasesResponse } from "@ntd/proto/casework/v1/withdrawal_service";
import { bodyDigest, callerOf, requireRequestId, scopedRequestId, type CallContext } from "@ntd/rpc";
import { gather } from "@ntd/service";
import { requireReason } from "../cases/fields.ts";
import type { Deps } from "../deps.ts";
import { causeKey } from "../impact/causes.ts";
import { casesOfCause, requireBulkCause } from "./cases-of-cause.ts";
import { itemOf } from "./pictures.ts";
import { runBulk } from "./run-bulk.ts";

/** One person's word against all that is in force and rests on the cause alone. */
export function reopenCases(deps: Deps) {
  return async (request: ReopenCasesRequest, context: CallContext): Promise<ReopenCasesResponse> => {
    const { person } = callerOf(context);
    const { id, what } = gather({
      id: () => requireRequestId(request.requestId),
      what: () => requireBulkCause(request.cause),
      reason: () => requireReason(request.reason),
    });
    const requestId = scopedRequestId(person, "ReopenCases", id);
    const digest = bodyDigest(ReopenCasesRequest.encode(request).finish());
    const freeze = async (now: Date) => {
      const { files } = await casesOfCause(deps, what, "STANDING_IN_FORCE");
      const items = files.flatMap((file) => itemOf(file) ?? []);
      return { items, reason: deps.sealer.seal(request.reason, "words", now), changedPictures: [] };
    };
    const call = { person, requestId, digest, what: "reopen" as const, freeze };
    const { doneCount } = await runBulk(deps, call, context.signal);
    const { count: leftCount } = await deps.cases.count({ cause: causeKey(what, "resting STANDING_IN_FORCE") });
    return { reopenedCount: doneCount, leftCount };
  };
}
