import { isSamePerson } from "@ntd/facts";
import { changeOnce } from "@ntd/host";
import {
  AddEntryNoteRequest,
  DisableEntryRequest,
  EnableEntryRequest,
  type AddEntryNoteResponse,
  type DisableEntryResponse,
  type EnableEntryResponse,
  type EntryName,
} from "@ntd/proto/hashlists/v1/opinion_service";
import { callerOf, requireRequestId, type CallContext } from "@ntd/rpc";
import { derivedId, Problem, type FieldFault } from "@ntd/service";
import { change as changeShares } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { requireEntries } from "../entries/find-entries.ts";
import type { Act } from "../members/members.ts";
import { loadSetFor } from "../sets/load-set.ts";
import { aloneIdOf, sharesBefore, withoutShares } from "../sets/alone.ts";
import { holdDisabled, holdNoMore, type DisabledAlone } from "./disabled-alone.ts";
import { isLasting, MOST_DAYS } from "./disabling.ts";
import { noteActs } from "./note-acts.ts";
import { disabledBy, enabledBy, nothingSaid, withNote, type EntryOpinionsState } from "./entry-opinions.ts";
import { namedEntries } from "./named-entries.ts";
import { toEntryOpinions } from "./opinions-message.ts";
import { textFault } from "./plain-text.ts";
import { tellStandings } from "../standings/tell-standings.ts";

/** A note tells matching nothing: the counter stays. */
export function addEntryNote(deps: Deps) {
  return async (request: AddEntryNoteRequest, context: CallContext): Promise<AddEntryNoteResponse> => {
    const { person: by } = callerOf(context);
    const text = request.text.trim();
    const call = {
      method: "AddEntryNote",
      act: "note",
      request,
      body: AddEntryNoteRequest.encode(request).finish(),
    } as const;
    const fault = textFault("text", text);
    return change(deps, call, context, fault, (of, now) => {
      const noteId = derivedId("entry-note", of.entryId, by, request.requestId);
      const state = withNote(of, { noteId, text, by, time: now });
      if (state === "TOO_MANY") throw new Problem("WRONG_STATE", "The entry has 50 notes, and takes no more.");
      return state;
    });
  };
}

export function disableEntry(deps: Deps) {
  return async (request: DisableEntryRequest, context: CallContext): Promise<DisableEntryResponse> => {
    const { person: by } = callerOf(context);
    const { days } = request;
    const reason = request.reason.trim();
    const isDays = days >= 1 && days <= MOST_DAYS;
    const fault = isDays
      ? textFault("reason", reason)
      : { field: "days", description: `is ${days}; 1 to ${MOST_DAYS}` };
    const call = {
      method: "DisableEntry",
      act: "disable",
      request,
      body: DisableEntryRequest.encode(request).finish(),
    } as const;
    return change(deps, call, context, fault, async (of, now) => {
      const state = disabledBy(of, { by, reason, days, now });
      if (state === "SAME_PERSON") {
        throw new Problem("SAME_PERSON", "You disabled this entry last; again it takes another person, or revoke it.");
      }
      if (state === "LASTS") throw lasts(of.disabling);
      await hold(deps, of.entryId, state);
      return state;
    });
  };
}

function lasts(now: EntryOpinionsState["disabling"]): Problem {
  const until = `${now?.by} disabled this entry until ${now?.untilTime.toISOString()}`;
  return new Problem("WRONG_STATE", `${until}; disable it for longer than that, or enable it first.`);
}

export function enableEntry(deps: Deps) {
  return async (request: EnableEntryRequest, context: CallContext): Promise<EnableEntryResponse> => {
    const { person: by } = callerOf(context);
    const call = {
      method: "EnableEntry",
      act: "disable",
      request,
      body: EnableEntryRequest.encode(request).finish(),
    } as const;
    const answer = await change(deps, call, context, undefined, (of, now) => {
      const state = enabledBy(of, by, now);
      if (state === undefined) throw new Problem("WRONG_STATE", "The entry is not disabled.");
      return state;
    });
    const { entryId = "", disabling } = answer.opinions ?? {};
    // A repeat, and somebody has disabled it anew meanwhile.
    if (disabling?.endedTime === undefined) return answer;
    await changeShares(deps.disabledAlone, aloneIdOf("disabled-alone", disabling.disabledBy), (held) => {
      const state = holdNoMore(held, entryId);
      return state && { state };
    });
    return answer;
  };
}

// Before the entry is disabled: of calls at once, in whatever sets, none has more than its share.
async function hold(deps: Deps, entryId: string, { disabling }: EntryOpinionsState) {
  if (disabling === undefined) return;
  const { by, untilTime } = disabling;
  const idle = await idleShares(deps, by);
  await changeShares(deps.disabledAlone, aloneIdOf("disabled-alone", by), (shares) => {
    const held = holdDisabled(withoutShares(shares, idle), { by, entryId, untilTime }, deps.clock.now());
    if ("tooMany" in held) throw tooMany(held.tooMany);
    return { state: held.state };
  });
}

// Of calls that were cut off, or whose entry another person disables by now: this one does not, or not any more.
async function idleShares({ disabledAlone, opinions, clock }: Deps, by: string): Promise<DisabledAlone[]> {
  const held = (await disabledAlone.load(aloneIdOf("disabled-alone", by)))?.state;
  const idle: DisabledAlone[] = [];
  for (const share of sharesBefore(held, clock.now())) {
    const disabling = (await opinions.load(share.of))?.state.disabling;
    if (!isLasting(disabling) || !isSamePerson(disabling.by, by)) idle.push(share);
  }
  return idle;
}

function tooMany(count: number): Problem {
  const said = `You hold ${count} entries disabled, of all sets; let another person do it, or revoke them.`;
  return new Problem("WRONG_STATE", said);
}

interface Call {
  method: string;
  act: Act;
  request: { requestId: string; setId: string; entry: EntryName | undefined };
  body: Uint8Array;
}

/** One write to the entry's document; what counts of it is told behind it, at the latest by the loop. */
async function change(
  deps: Deps,
  { method, act, request, body }: Call,
  context: CallContext,
  fault: FieldFault | undefined,
  decide: (of: EntryOpinionsState, now: Date) => EntryOpinionsState | Promise<EntryOpinionsState>,
) {
  const { setId, entry } = request;
  const requestId = requireRequestId(request.requestId);
  const { state: set } = await loadSetFor(deps, setId, context, act);
  const { entries, faults } = await namedEntries(setId, [entry], "entry");
  const all = fault === undefined ? faults : [fault, ...faults];
  const [entryId] = entries.keys();
  if (all.length > 0 || entryId === undefined) throw Problem.fields(...all);
  await requireEntries(deps, set, entries, context.signal);
  const call = { caller: callerOf(context).id, method, requestId, body };
  const { document } = await changeOnce(deps.opinions, entryId, call, async (of = nothingSaid(setId, entryId)) => ({
    state: await decide(of, deps.clock.now()),
    answer: true as const,
  }));
  await tellStandings(deps, setId);
  await noteActs(deps, document.state);
  const now = await deps.opinions.load(entryId);
  return { opinions: now && toEntryOpinions(now.state) };
}
