import type { Entry } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { ListConflictsRequest, ListConflictsResponse } from "@ntd/proto/hashlists/v1/impact_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { idBytes, idKeys } from "../entries/entry-id.ts";
import { layersIn } from "../releases/release.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import { loadSetFor } from "../sets/load-set.ts";
import { PartSearch } from "../views/part-search.ts";
import { ASKED_MS } from "./peers.ts";

type Needed = Pick<Deps, "sets" | "releases" | "entries" | "casework">;

/**
 * The entries of a set that contradict another set's, for those who keep it: either of the two is wrong. Of the cases
 * they hear the number, and of the other set nothing: that there is one is told to its members alone.
 */
export function listConflicts(deps: Needed) {
  return async ({ setId }: ListConflictsRequest, context: CallContext): Promise<ListConflictsResponse> => {
    const { state: set } = await loadSetFor(deps, setId, context, "see");
    // That nobody answers is no "none".
    if (deps.casework === undefined) throw new Problem("PEER_UNAVAILABLE", "NTD_CASEWORK_ADDRESS is not set.");
    const { entries, isMore } = await deps.casework.listConflicts({ setId }, { deadline: ASKED_MS });
    const ids = new Set(entries.map(({ entryId }) => entryId));
    const listed = callerOf(context).kind === "operator" ? new Map<string, Entry>() : await listedOf(deps, set, ids);
    const conflicts = entries.map(({ entryId, caseCount }) => {
      const entry = listed.get(entryId);
      return { entryId, caseCount, ...(entry && { entry }) };
    });
    return { conflicts, isMore };
  };
}

async function listedOf(deps: Needed, { active }: HashSetState, ids: ReadonlySet<string>): Promise<Map<string, Entry>> {
  const release = active && (await deps.releases.load(active.releaseId));
  const listed = new Map<string, Entry>();
  if (release === undefined || ids.size === 0) return listed;
  const keys = idKeys(idBytes([...ids]));
  const found = await new PartSearch(deps, keys).in(layersIn(release.state) ?? []);
  for (const one of found.values()) if (one?.entry !== undefined) listed.set(one.entry.entryId, one.entry);
  return listed;
}
