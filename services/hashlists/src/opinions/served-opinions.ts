import type { Deps } from "../deps.ts";
import { addEntryNote, disableEntry, enableEntry } from "./rpc-change-entry.ts";
import { giveOpinions, withdrawOpinions } from "./rpc-give-opinions.ts";
import { getEntryOpinions, listEntryOpinions } from "./rpc-list-entry-opinions.ts";

/** What members say of entries, call by call. */
export function servedOpinions(deps: Deps) {
  return {
    giveOpinions: giveOpinions(deps),
    withdrawOpinions: withdrawOpinions(deps),
    addEntryNote: addEntryNote(deps),
    disableEntry: disableEntry(deps),
    enableEntry: enableEntry(deps),
    getEntryOpinions: getEntryOpinions(deps),
    listEntryOpinions: listEntryOpinions(deps),
  };
}
