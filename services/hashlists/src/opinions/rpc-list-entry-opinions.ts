import { listPage } from "@ntd/host";
import type {
  GetEntryOpinionsRequest,
  GetEntryOpinionsResponse,
  ListEntryOpinionsRequest,
  ListEntryOpinionsResponse,
} from "@ntd/proto/hashlists/v1/opinion_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { requireEntries } from "../entries/find-entries.ts";
import { loadSetFor } from "../sets/load-set.ts";
import { nothingSaid, rankOf } from "./entry-opinions.ts";
import { namedEntries } from "./named-entries.ts";
import { toEntryOpinions } from "./opinions-message.ts";
import { withHashes } from "./shown-hashes.ts";

type Needed = Pick<Deps, "sets" | "releases" | "entries" | "prints" | "opinions" | "reads" | "clock">;

/** Of an entry of which nobody said anything, that it is listed. */
export function getEntryOpinions(deps: Needed) {
  return async (request: GetEntryOpinionsRequest, context: CallContext): Promise<GetEntryOpinionsResponse> => {
    const { state: set } = await loadSetFor(deps, request.setId, context, "see");
    const { entries, faults } = await namedEntries(set.setId, [request.entry], "entry");
    const [entryId] = entries.keys();
    if (faults.length > 0 || entryId === undefined) throw Problem.fields(...faults);
    const found = await deps.opinions.load(entryId);
    if (found === undefined) await requireEntries(deps, set, entries, context.signal);
    const said = toEntryOpinions(found?.state ?? nothingSaid(set.setId, entryId));
    const [opinions = said] = await withHashes(deps, set, [said], callerOf(context).person);
    return { opinions };
  };
}

/** Disputed ones first. */
export function listEntryOpinions(deps: Needed) {
  return async (request: ListEntryOpinionsRequest, context: CallContext): Promise<ListEntryOpinionsResponse> => {
    const { state: set } = await loadSetFor(deps, request.setId, context, "see");
    const query = { where: { setId: set.setId }, orderBy: "rank" } as const;
    const { documents, nextPageToken } = await listPage(deps.opinions, request, query, rankOf);
    const said = documents.map(({ state }) => toEntryOpinions(state));
    return { entries: await withHashes(deps, set, said, callerOf(context).person), nextPageToken };
  };
}
