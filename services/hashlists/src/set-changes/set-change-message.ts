import type { SetChange } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { SetChangeState } from "./set-change.ts";

/** A proposal as people are shown it. */
export function toSetChange(setId: string, change: SetChangeState): SetChange {
  const { changeId, policy, members, terms, recipients, reason, proposedBy, proposedTime, stage, effect } = change;
  const { rollback, retire } = change;
  return {
    changeId,
    setId,
    state: STATES[stage.name],
    ...(policy && { policy }),
    ...(members && { members: { members } }),
    ...(terms && { terms }),
    ...(recipients && { recipients: { recipients } }),
    reason,
    proposedBy,
    proposedTime,
    decidedBy: "by" in stage ? stage.by : "",
    decidedTime: "time" in stage ? stage.time : undefined,
    ...(effect && { effect }),
    ...(rollback && { rollbackToReleaseId: rollback.releaseId }),
    ...(retire && { retire }),
    counter: BigInt("counter" in stage ? stage.counter : 0),
  };
}

const STATES = {
  pending: "SET_CHANGE_STATE_PENDING",
  in_force: "SET_CHANGE_STATE_IN_FORCE",
  rejected: "SET_CHANGE_STATE_REJECTED",
  overtaken: "SET_CHANGE_STATE_OVERTAKEN",
} as const satisfies Record<SetChangeState["stage"]["name"], SetChange["state"]>;
