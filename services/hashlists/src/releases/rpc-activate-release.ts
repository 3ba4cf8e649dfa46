import { personsFor } from "@ntd/facts";
import { changeOnce } from "@ntd/host";
import { ActivateReleaseRequest, type ActivateReleaseResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { failpoint, Problem } from "@ntd/service";
import { activate, type HashSetState } from "../sets/hash-set.ts";
import { comparedInTime } from "../comparison/compare.ts";
import { quarantineText } from "../comparison/comparison.ts";
import { isOvertaken, overtaken } from "./overtaken.ts";
import { isAsApproved, latelyBeside, letInBy, sinceApproval } from "./approval.ts";
import { withLetIn, type LetIn } from "./let-in.ts";
import { isEnded } from "./ended.ts";
import type { ReleaseState, Stage } from "./release.ts";
import type { Deps } from "../deps.ts";
import { loadRelease } from "./load-release.ts";
import { requireInUse } from "../sets/require-in-use.ts";
import { loadSetFor } from "../sets/load-set.ts";
import { countRelease } from "../metrics.ts";
import { releaseEvent } from "../sets/publish.ts";
import { answeredAgain, toReleaseInfo } from "./release-message.ts";
import { requireWhole } from "./whole.ts";

/** Puts an approved release in force that was not before. The set's document decides which of them is. */
export function activateRelease(deps: Deps) {
  return async (request: ActivateReleaseRequest, context: CallContext): Promise<ActivateReleaseResponse> => {
    const { person, id: callerId } = callerOf(context);
    const body = ActivateReleaseRequest.encode({ ...request, requestId: "" }).finish();
    const { setId } = (await loadRelease(deps, request.releaseId)).state;
    const { state: found } = await loadSetFor(deps, setId, context, "approve");
    const now = deps.clock.now();
    const call = { caller: callerId, method: "ActivateRelease", requestId: request.requestId, body };
    const { answer } = await changeOnce(deps.sets, setId, call, async (set = found) => {
      // Behind the set: who rejects it from here on writes the set, too, and this is decided anew.
      const { state: release } = await loadRelease(deps, request.releaseId);
      const { entryCount } = requireApproved(release, set);
      requireInUse(set);
      requireNew(set, release.releaseId);
      await requireWhole(deps, release);
      const wasInForce = set.activations.some(({ releaseId }) => releaseId === release.releaseId);
      if (!wasInForce && isOvertaken(release, set, "activation")) throw overtaken(release, set);
      // Of the set that is written: what comes into force while this is compared is what it is compared with next.
      const letIn = wasInForce ? undefined : await requireAsApproved(deps, release, set);
      const next = activate(set, { releaseId: release.releaseId, entryCount }, person, now);
      const state = next && letIn ? withLetIn(next, letIn, now) : next;
      if (state === undefined) throw new Problem("WRONG_STATE", "This release is active already.");
      failpoint("hashlists.activating");
      return { state, event: releaseEvent("activated", state, now), answer: toReleaseInfo(release, state) };
    });
    countRelease("activated");
    return { release: answeredAgain(answer) };
  };
}

function requireApproved(release: ReleaseState, set: HashSetState): Extract<Stage, { name: "approved" }> {
  const { stage } = release;
  if (stage.name !== "approved") {
    throw new Problem("WRONG_STATE", `A release that is ${stage.name} cannot be activated; approve it first.`);
  }
  if (isEnded(release, set)) {
    throw new Problem("WRONG_STATE", "This release was rejected since it was approved; upload it again.");
  }
  return stage;
}

// The way back takes out unseen what was put in since, and the other way round.
function requireNew({ activations, active }: HashSetState, releaseId: string): void {
  if (personsFor(["roll_back_set"]) === 1 || active?.releaseId === releaseId) return;
  if (!activations.some((activation) => activation.releaseId === releaseId)) return;
  const way = "the way back takes two persons: propose it (ProposeSetChange, rollback_to_release_id; ntd set rollback)";
  throw new Problem("WRONG_STATE", `This release was in force before; ${way}.`);
}

// What came into force since, or was given back, may make other changes of it than its approvers saw. What was in force
// before is the way back.
async function requireAsApproved(deps: Deps, release: ReleaseState, set: HashSetState): Promise<LetIn | undefined> {
  const { stage, comparison } = release;
  if (stage.name !== "approved" || comparison === undefined) return undefined;
  const since = sinceApproval(stage, set);
  if (stage.first !== undefined && since === undefined) return undefined;
  const now = await comparedInTime(deps, release, set);
  const time = deps.clock.now();
  const lately = latelyBeside(release, set, time);
  // What one approved counts with what one approved before; what two approved they saw.
  const quarantine = quarantineText(now, stage.first === undefined ? lately : undefined);
  if (quarantine === "") {
    return stage.first === undefined ? letInBy(release, now, time) : undefined;
  }
  if (stage.first !== undefined && since === "restoration" && isAsApproved(stage, now)) return undefined;
  const what = since === "restoration" ? "entries were given back" : "another release came into force";
  const mend = "upload it again and have two approve it, and reject this one";
  throw new Problem("WRONG_STATE", `Since it was approved ${what}: by now it ${quarantine}; ${mend}.`);
}
