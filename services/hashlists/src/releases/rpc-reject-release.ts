import { changeOnce } from "@ntd/host";
import { isSamePerson } from "@ntd/facts";
import { RejectReleaseRequest, type RejectReleaseResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { failpoint, Problem } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { GROWTH } from "../proposals/list-confirmed.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import { loadSet, loadSetFor } from "../sets/load-set.ts";
import { validReason } from "../sets/valid-reason.ts";
import { loadRelease } from "./load-release.ts";
import { answeredAgain, toReleaseInfo } from "./release-message.ts";
import { refuse, type ReleaseState } from "./release.ts";

/**
 * Ends a release that nobody wants, or that cannot come into force any more; the entries of one that nobody approved go.
 * Who uploaded it may do so, too.
 */
export function rejectRelease(deps: Deps) {
  return async (request: RejectReleaseRequest, context: CallContext): Promise<RejectReleaseResponse> => {
    const { person, id: callerId } = callerOf(context);
    const body = RejectReleaseRequest.encode({ ...request, requestId: "" }).finish();
    const reason = validReason(request.reason);
    const { state: found } = await loadRelease(deps, request.releaseId);
    const own = isSamePerson(found.uploadedBy, person);
    await loadSetFor(deps, found.setId, context, own ? "upload" : "approve");
    const now = deps.clock.now();
    const call = { caller: callerId, method: "RejectRelease", requestId: request.requestId, body };
    const { document, answer } = await changeOnce(deps.releases, request.releaseId, call, async (release = found) => {
      const { state: set } = await loadSet(deps, found.setId);
      requireNeverInForce(release, set);
      const state = refuse(release, person, reason, now);
      if (state === undefined) throw over(release);
      return { state, answer: toReleaseInfo(state, set) };
    });
    failpoint("hashlists.rejected");
    if (document.state.stage.name === "approved") await fence(deps, document.state);
    deps.kickCleaner();
    return { release: answeredAgain(answer) };
  };
}

// Who puts it in force may have read it before it was rejected: whoever writes the set first has their way. Killed before,
// it is rejected all the same, unless that one comes first.
async function fence({ sets }: Pick<Deps, "sets">, release: ReleaseState): Promise<void> {
  await change(sets, release.setId, (set) => {
    if (set !== undefined) requireNeverInForce(release, set);
    return set && { state: set };
  });
}

function requireNeverInForce({ releaseId, uploadedBy, stage }: ReleaseState, { activations }: HashSetState): void {
  if (activations.some((activation) => activation.releaseId === releaseId)) {
    throw new Problem("WRONG_STATE", "This release is in force, or was: it cannot be rejected any more.");
  }
  // It waits for nobody: the loop that made it puts it in force, or makes another one.
  if (uploadedBy === GROWTH && stage.name === "approved") {
    throw new Problem("WRONG_STATE", "This release comes into force by itself, or never: nobody need reject it.");
  }
}

function over({ stage }: ReleaseState): Problem {
  const is = stage.name === "approved" ? "rejected" : stage.name;
  return new Problem("WRONG_STATE", `A release that is ${is} cannot be rejected any more.`);
}
