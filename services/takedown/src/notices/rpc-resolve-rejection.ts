import { ResolveRejectionRequest, type ResolveRejectionResponse } from "@ntd/proto/takedown/v1/provider_service";
import {
  bodyDigest,
  callerOf,
  remember,
  remembered,
  requireRequestId,
  scopedRequestId,
  type CallContext,
} from "@ntd/rpc";
import { Problem } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { settleStoredNotice } from "../dispatches/settle.ts";
import { stateOf } from "./notice.ts";
import { changeOf } from "./publish.ts";
import { resolve, type Resolution } from "./rejection.ts";

const MAX_REASON = 1000;

/** An operator accepts that a provider does not take a notice, which withdraws it, or has it offered again. */
export function resolveRejection(deps: Deps) {
  return async (request: ResolveRejectionRequest, context: CallContext): Promise<ResolveRejectionResponse> => {
    const { person } = callerOf(context);
    const requestId = scopedRequestId(person, "ResolveRejection", requireRequestId(request.requestId));
    const digest = bodyDigest(ResolveRejectionRequest.encode(request).finish());
    const { is, why } = valid(request);
    let state: ResolveRejectionResponse["state"] | undefined;
    const saved = await change(deps.notices, request.noticeId, (notice) => {
      if (notice === undefined) throw new Problem("NOT_FOUND");
      const first = remembered(notice.requests, requestId, digest);
      if (first instanceof Problem) throw first;
      if (first !== "new") return void (state = first.answer.state);
      const now = deps.clock.now();
      const next = resolve(notice, { is, by: person, time: now, why: deps.sealer.seal(why, now) });
      if (next === undefined) throw new Problem("WRONG_STATE", "No rejection of this notice waits for a decision.");
      state = stateOf(next);
      const entry = { requestId, digest, answer: { receivedTime: now, state } };
      return changeOf(notice, { ...next, requests: remember(notice.requests, entry) }, now);
    });
    if (saved === undefined || state === undefined) throw new Problem("NOT_FOUND");
    await settleStoredNotice(deps, request.noticeId);
    deps.bells.again(saved.state.providerId);
    return { state };
  };
}

function valid({ resolution, reason }: ResolveRejectionRequest): { is: Resolution; why: string } {
  if (resolution === "REJECTION_RESOLUTION_UNSPECIFIED" || resolution === "UNRECOGNIZED") {
    throw Problem.fields({ field: "resolution", description: "is not set; accept it or offer it again" });
  }
  const why = reason.trim();
  if (why === "" || why.length > MAX_REASON) {
    throw Problem.fields({ field: "reason", description: `is not 1 to ${MAX_REASON} characters; say why` });
  }
  return { is: resolution, why };
}
