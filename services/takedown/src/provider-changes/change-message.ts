import type { Provider as Message, ProviderChange as ChangeMessage } from "@ntd/proto/takedown/v1/provider_service";
import { openWords, Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { stateOfChange, type ProviderChange } from "./provider-change.ts";
import type { Profile } from "./provider-edit.ts";

/** A change as operators see it. */
export function shownChange(deps: Deps, change: ProviderChange): ChangeMessage {
  const { changeId, providerId, edit, persons, before, after, ended } = change;
  const state = `PROVIDER_CHANGE_STATE_${stateOfChange(change, deps.clock.now()).toUpperCase()}`;
  return {
    changeId,
    providerId,
    edit: { ...edit, displayName: edit.displayName ?? "" },
    state: state as ChangeMessage["state"],
    persons,
    reason: opened(deps, change.reason),
    proposedBy: change.proposedBy,
    proposedTime: change.proposedTime,
    expiresTime: change.expiresTime,
    approvedBy: change.approved?.by ?? "",
    approvedTime: change.approved?.time,
    endedTime: ended?.time,
    refusedBecause: ended?.is === "refused" ? ended.why : "",
    rejectedBy: ended?.is === "rejected" ? ended.by : "",
    rejectedBecause: ended?.is === "rejected" ? opened(deps, ended.why) : "",
    before: before && shownProfile(providerId, before),
    after: shownProfile(providerId, after),
    overlaps: change.overlaps,
    openElsewhere: change.openElsewhere.count,
    openElsewhereMore: change.openElsewhere.isMore,
    goes: change.openElsewhere.goes ?? [],
    retires: change.retires ?? false,
  };
}

/** What a provider is before or after a change. */
export function shownProfile(providerId: string, profile: Profile): Message {
  return { providerId, ...profile, wins: [], retiredTime: undefined };
}

// What cannot be opened keeps no change from being shown.
function opened(deps: Deps, reason: ProviderChange["reason"]): string {
  if (reason === undefined) return "";
  try {
    return openWords(deps.sealer, reason);
  } catch (error) {
    deps.log.warn({ error: Problem.from(error) }, "a reason cannot be opened");
    return "";
  }
}
