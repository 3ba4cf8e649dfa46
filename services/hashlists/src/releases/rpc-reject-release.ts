import { changeOnce } from "@ntd/host";
import { isSamePerson } from "@ntd/facts";
import { RejectReleaseRequest, type RejectReleaseResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { loadSetFor } from "../sets/load-set.ts";
import { validReason } from "../sets/valid-reason.ts";
import { loadRelease } from "./load-release.ts";
import { answeredAgain, toReleaseInfo } from "./release-message.ts";
import { refuse } from "./release.ts";

/** Ends a release that nobody wants; its entries go. Who uploaded it may do so, too. */
export function rejectRelease(deps: Deps) {
  return async (request: RejectReleaseRequest, context: CallContext): Promise<RejectReleaseResponse> => {
    const { person, id: callerId } = callerOf(context);
    const body = RejectReleaseRequest.encode({ ...request, requestId: "" }).finish();
    const reason = validReason(request.reason);
    const { state: found } = await loadRelease(deps, request.releaseId);
    const own = isSamePerson(found.uploadedBy, person);
    const { state: set } = await loadSetFor(deps, found.setId, context, own ? "upload" : "approve");
    const now = deps.clock.now();
    const call = { caller: callerId, method: "RejectRelease", requestId: request.requestId, body };
    const { answer } = await changeOnce(deps.releases, request.releaseId, call, (release = found) => {
      const state = refuse(release, person, reason, now);
      if (state === undefined) {
        throw new Problem("WRONG_STATE", `A release that is ${release.stage.name} cannot be rejected any more.`);
      }
      return { state, answer: toReleaseInfo(state, set) };
    });
    deps.kickCleaner();
    return { release: answeredAgain(answer) };
  };
}
