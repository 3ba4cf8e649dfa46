import { ActivateReleaseRequest, type ActivateReleaseResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
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
import { activate } from "../sets/hash-set.ts";
import type { Deps } from "../deps.ts";
import { loadRelease } from "./load-release.ts";
import { loadSet } from "../sets/load-set.ts";
import { countRelease } from "../metrics.ts";
import { releaseEvent } from "../sets/publish.ts";
import { toReleaseInfo } from "./release-message.ts";

/** Puts an approved release in force, also an earlier one. The set's document decides which of them is. */
export function activateRelease(deps: Deps) {
  return async (request: ActivateReleaseRequest, context: CallContext): Promise<ActivateReleaseResponse> => {
    const { person, id: callerId } = callerOf(context);
    const requestId = scopedRequestId(callerId, "ActivateRelease", requireRequestId(request.requestId));
    const digest = bodyDigest(ActivateReleaseRequest.encode({ ...request, requestId: "" }).finish());
    const { state: release } = await loadRelease(deps, request.releaseId);
    const { state: found } = await loadSet(deps, release.setId);
    const now = deps.clock.now();
    const document = await change(deps.sets, release.setId, (set = found) => {
      const known = remembered(set.requests, requestId, digest);
      if (known instanceof Problem) throw known;
      if (known !== "new") return undefined;
      if (release.stage.name !== "approved") {
        throw new Problem(
          "WRONG_STATE",
          `A release that is ${release.stage.name} cannot be activated; approve it first.`,
        );
      }
      const { entryCount } = release.stage;
      const activated = activate(set, { releaseId: release.releaseId, entryCount }, person, now);
      if (activated === undefined) throw new Problem("WRONG_STATE", "This release is active already.");
      const answer = toReleaseInfo(release, activated);
      const state = { ...activated, requests: remember(set.requests, { requestId, digest, answer }) };
      return { state, event: releaseEvent("activated", state, now) };
    });
    countRelease("activated");
    return { release: document?.state.requests.find((entry) => entry.requestId === requestId)?.answer };
  };
}
