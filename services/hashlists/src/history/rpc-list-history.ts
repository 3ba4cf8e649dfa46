import type { ListHistoryRequest, ListHistoryResponse } from "@ntd/proto/hashlists/v1/set_view_service";
import { callerOf, listScope, pageSize, pageToken, readPageToken, type CallContext } from "@ntd/rpc";
import { gather } from "@ntd/service";
import type { Collection, Document, Where } from "@ntd/store";
import { organisationOf } from "../members/members.ts";
import { takeEffect } from "../revocations/revocation.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import { loadSetFor } from "../sets/load-set.ts";
import type { Collections } from "../store.ts";
import {
  newestFirst,
  toldByApproval,
  toldByDecision,
  toldByEffect,
  toldByExport,
  toldByFirstApproval,
  toldByLateRefusal,
  toldByRead,
  toldByRequest,
  toldBySet,
  toldByUpload,
  type Told,
} from "./history.ts";
import { toldByAct, toldByDisabling, toldByEnabling, toldByNote, toldByOpinions } from "./said-of-entries.ts";
import { merged } from "./merge-newest.ts";

/** Documents of a kind that are read at once. */
const AT_ONCE = 50;

type Needed = Pick<
  Collections,
  "sets" | "releases" | "revocations" | "exports" | "reads" | "opinions" | "opinionCalls" | "entryActs"
>;

/** Who did what in a set, the newest first: as its documents tell it, each kind by an index of its own. */
export function listHistory(collections: Needed) {
  return async (request: ListHistoryRequest, context: CallContext): Promise<ListHistoryResponse> => {
    const { state: set } = await loadSetFor(collections, request.setId, context, "see");
    const scope = listScope(request);
    const { size, after } = gather({
      size: () => pageSize(request.pageSize),
      after: () => readPageToken(request.pageToken, scope),
    });
    const last = after?.value instanceof Date ? { time: after.value, key: after.id } : undefined;
    const found: Told[] = [];
    const bySet = [...toldBySet(set), ...(await lastEffect(collections, set))].toSorted(newestFirst);
    const lists = [listed(bySet), ...listsOf(collections, set, last?.time)];
    // An operator sees who changed the set, and not what its members think of entries.
    const isMember = organisationOf(set, callerOf(context).person) !== undefined;
    if (isMember) lists.push(...saidOfEntries(collections, set, last?.time));
    for await (const one of merged(lists)) {
      if (last !== undefined && newestFirst(last, one) >= 0) continue;
      if (found.push(one) > size) break;
    }
    const page = found.slice(0, size);
    const end = found.length > size ? page.at(-1) : undefined;
    const nextPageToken = pageToken(end && { id: end.key, value: end.time }, scope);
    return { entries: page.map(({ entry }) => entry), nextPageToken };
  };
}

// Of the newest revocation only the set may know yet that it took effect.
async function lastEffect({ revocations }: Needed, { lastRevocation: last }: HashSetState): Promise<Told[]> {
  const newestOne = last && (await revocations.load(last.revocationId));
  const noted = newestOne && takeEffect(newestOne.state, last);
  const one = noted && toldByEffect(noted);
  return one === undefined ? [] : [one];
}

// Of each kind what is not newer than `until`.
function listsOf({ releases, revocations, exports, reads }: Needed, set: HashSetState, until: Date | undefined) {
  const { setId } = set;
  const release = (field: ReleaseTime, tell: Tell<typeof releases>) =>
    newest(releases, { visibleIn: setId }, field, until, tell);
  const revocation = (field: "requestedTime" | "approvedTime" | "effectiveTime", tell: Tell<typeof revocations>) =>
    newest(revocations, { setId }, field, until, tell);
  return [
    release("uploadedTime", ({ state }) => toldByUpload(state)),
    release("firstApprovedTime", ({ state }) => toldByFirstApproval(state)),
    release("decidedTime", ({ state }) => toldByDecision(state)),
    release("lateRefusedTime", ({ state }) => toldByLateRefusal(state, set)),
    revocation("requestedTime", ({ state }) => toldByRequest(state)),
    revocation("approvedTime", ({ state }) => toldByApproval(state)),
    revocation("effectiveTime", ({ state }) => toldByEffect(state)),
    newest(exports, { setId }, "time", until, ({ id, state }) => toldByExport(state, id)),
    newest(reads, { setId }, "time", until, ({ id, state }) => toldByRead(state, id)),
  ];
}

function saidOfEntries(
  { opinions, opinionCalls, entryActs }: Needed,
  { setId }: HashSetState,
  until: Date | undefined,
) {
  const entry = (field: "notedTime" | "disabledTime" | "enabledTime", tell: Tell<typeof opinions>) =>
    newest(opinions, { setId }, field, until, tell);
  return [
    newest(opinionCalls, { setId }, "givenTime", until, ({ state }) => toldByOpinions(state)),
    newest(entryActs, { setId }, "time", until, ({ id, state }) => toldByAct(state, id)),
    entry("notedTime", ({ state }) => toldByNote(state)),
    entry("disabledTime", ({ state }) => toldByDisabling(state)),
    entry("enabledTime", ({ state }) => toldByEnabling(state)),
  ];
}

type ReleaseTime = "uploadedTime" | "firstApprovedTime" | "decidedTime" | "lateRefusedTime";

type Tell<C> = C extends Collection<infer S, string> ? (document: Document<S>) => Told | undefined : never;

async function* newest<S, F extends string>(
  collection: Pick<Collection<S, F>, "pages">,
  of: Where<F>,
  orderBy: F,
  until: Date | undefined,
  tell: (document: Document<S>) => Told | undefined,
): AsyncGenerator<Told, void, undefined> {
  // What has no such time has not happened.
  const time = { gt: new Date(0), ...(until && { lte: until }) };
  const where = { ...of, [orderBy]: time };
  for await (const page of collection.pages({ where, orderBy, descending: true }, AT_ONCE)) {
    for (const document of page) {
      const one = tell(document);
      if (one !== undefined) yield one;
    }
  }
}

// oxlint-disable-next-line require-await -- a list like the others
async function* listed(all: readonly Told[]): AsyncGenerator<Told, void, undefined> {
  yield* all;
}
