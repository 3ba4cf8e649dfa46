import {
  GiveOpinionsRequest,
  WithdrawOpinionsRequest,
  type GiveOpinionsResponse,
  type WithdrawOpinionsResponse,
} from "@ntd/proto/hashlists/v1/opinion_service";
import { bodyDigest, callerOf, requireRequestId, scopedRequestId, type CallContext } from "@ntd/rpc";
import { derivedId, Problem, type FieldFault } from "@ntd/service";
import { ID_BYTES, idBytes } from "../entries/entry-id.ts";
import type { Deps } from "../deps.ts";
import { requireEntries } from "../entries/find-entries.ts";
import { organisationOf } from "../members/members.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import { loadSetFor } from "../sets/load-set.ts";
import { finishCall } from "./finish-call.ts";
import { namedEntries } from "./named-entries.ts";
import { isOpinion, type Opinion } from "./opinion.ts";
import { textFault } from "./plain-text.ts";
import type { OpinionCallState } from "./opinion-call.ts";

/** What a contributor says of entries takes the place of what he said before. */
export function giveOpinions(deps: Deps) {
  return async (request: GiveOpinionsRequest, context: CallContext): Promise<GiveOpinionsResponse> => {
    const { requestId, setId, entries, opinion, note } = request;
    const faults: FieldFault[] = [textFault("note", note, { isOptional: true })].filter((one) => one !== undefined);
    if (!isOpinion(opinion)) faults.push({ field: "opinion", description: "is none; say positive, seed or negative" });
    const body = GiveOpinionsRequest.encode({ ...request, requestId: "" }).finish();
    const asked = { requestId, setId, entries };
    const said = isOpinion(opinion) ? { opinion, note: note.trim() } : { note: "" };
    return { entryCount: await say(deps, { ...asked, ...said, body, method: "GiveOpinions", faults }, context) };
  };
}

export function withdrawOpinions(deps: Deps) {
  return async (request: WithdrawOpinionsRequest, context: CallContext): Promise<WithdrawOpinionsResponse> => {
    const body = WithdrawOpinionsRequest.encode({ ...request, requestId: "" }).finish();
    const asked = { requestId: request.requestId, setId: request.setId, entries: request.entries };
    return {
      entryCount: await say(deps, { ...asked, note: "", body, method: "WithdrawOpinions", faults: [] }, context),
    };
  };
}

interface Asked extends Pick<GiveOpinionsRequest, "requestId" | "setId" | "entries" | "note"> {
  /** Absent: what was said before is withdrawn. */
  opinion?: Opinion;
  body: Uint8Array;
  method: string;
  faults: FieldFault[];
}

// What is said is written down whole before the first entry has it: who finds it half done goes on.
async function say(deps: Deps, asked: Asked, context: CallContext): Promise<number> {
  const { person, id: callerId } = callerOf(context);
  const requestId = scopedRequestId(callerId, asked.method, requireRequestId(asked.requestId));
  const { state: set } = await loadSetFor(deps, asked.setId, context, "opine");
  const callId = derivedId("opinion-call", requestId);
  const digest = bodyDigest(asked.body);
  const there =
    (await deps.opinionCalls.load(callId)) ?? (await freeze(deps, set, { ...asked, callId, digest, person }, context));
  if (there === undefined) throw new Problem("INTERNAL");
  if (there.state.digest !== digest) throw new Problem("REQUEST_ID_REUSED");
  await finishCall(deps, there.state);
  return there.state.ids.byteLength / ID_BYTES;
}

async function freeze(
  deps: Deps,
  set: HashSetState,
  asked: Asked & { callId: string; digest: string; person: string },
  { signal }: CallContext,
) {
  const { callId, digest, person, opinion, note } = asked;
  const { entries, faults } = await namedEntries(set.setId, asked.entries);
  if (asked.faults.length + faults.length > 0) throw Problem.fields(...asked.faults, ...faults);
  await requireEntries(deps, set, entries, signal);
  const organisation = organisationOf(set, person) ?? "";
  const given = { person, organisation, ...(opinion && { opinion }), note, time: deps.clock.now() };
  const ids = Uint8Array.from(idBytes([...entries.keys()]));
  const state: OpinionCallState = { schemaVersion: 1, callId, setId: set.setId, digest, given, ids, isDone: false };
  return (await deps.opinionCalls.insert(callId, state)) ?? (await deps.opinionCalls.load(callId));
}
