import { parseAddress } from "@ntd/address";
import { changeOnce } from "@ntd/host";
import { RecordSightingRequest, Sighting, type RecordSightingResponse } from "@ntd/proto/prober/v1/probe_service";
import { callerOf, requireRequestId, scopedRequestId, type CallContext } from "@ntd/rpc";
import { addressLeft, gather, injectTrace, openAddress, Problem, sealAddress, shown, type Address } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { laneFor } from "../schedule/lane.ts";
import { eventIfNews, toTarget } from "../targets/publish.ts";
import { needsSecond } from "../targets/published-facts.ts";
import { newTarget, wanted, withReport } from "../schedule/schedule.ts";
import { forPersonsOnly, withSighting, type SightingRefusal } from "./sighting.ts";
import type { Sighting as Said, Target } from "../targets/target-state.ts";

/** A person's word is followed up like a report. */
const LANE = laneFor("report", "");
const MAX_HOW = 1000;
/** A person's clock may be ahead of ours by this much. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** What a person saw at a target, once for each request id; looked at again at once. */
export function recordSighting(deps: Deps) {
  return async (request: RecordSightingRequest, context: CallContext): Promise<RecordSightingResponse> => {
    const { person } = callerOf(context);
    const body = RecordSightingRequest.encode(request).finish();
    const call = { caller: person, method: "RecordSighting", requestId: request.requestId, body };
    const { requestId, valid } = gather({
      requestId: () => requireRequestId(request.requestId),
      valid: () => validSighting(request, deps.clock.now()),
    });
    const hearing = (target: Target | undefined): Target => heard(deps, target, request, { ...valid, by: person });
    const scoped = scopedRequestId(person, "RecordSighting", requestId);
    const isFirst = await isFirstCall(deps, request.targetId, scoped);
    if (isFirst) hearing((await deps.targets.load(request.targetId))?.state);
    // First what follows from a word that can be taken, then the word: a crash in between leaves an address that is looked at.
    if (valid.movedTo !== undefined) await watchAt(deps, request, valid.movedTo);
    const hostWaits = request.personOnlyHost && !(await markHost(deps, request, person));
    const { document, answer } = await changeOnce(deps.targets, request.targetId, call, (target) => {
      const now = deps.clock.now();
      const noted = request.personOnly ? forPersonsOnly(hearing(target)) : hearing(target);
      const next = wanted(noted, { lane: LANE, trace: injectTrace() }, now);
      const event = target && eventIfNews(deps.settings, target, next, now);
      return { state: next, ...(event && { event }), answer: { needsSecond: hostWaits || needsSecond(next) } };
    });
    deps.wake(LANE);
    return { target: toTarget(document.state, deps.settings), needsSecond: answer.needsSecond };
  };
}

/** A repeat gets its first answer, whatever has become of the target since. */
async function isFirstCall({ targets }: Deps, targetId: string, scoped: string): Promise<boolean> {
  const answered = (await targets.load(targetId))?.state.requests ?? [];
  return !answered.some((one) => one.requestId === scoped);
}

/** @throws Problem NOT_FOUND, VERSION_CONFLICT, or FIELD_INVALID for a word that cannot be taken. */
function heard(
  { clock, sealer }: Deps,
  target: Target | undefined,
  { episode }: RecordSightingRequest,
  { says, time, by, how }: Valid & { by: string },
): Target {
  if (target === undefined) throw new Problem("NOT_FOUND");
  if (target.episode !== episode) throw otherEpisode(target);
  const now = clock.now();
  const next = withSighting(target, { says, time, by, how: sealer.seal(how, "words", now), toldTime: now }, now);
  if ("refused" in next) throw refusal(next);
  return next;
}

/** The address where it is now is looked at, once for each request, as if it had been reported. */
async function watchAt(deps: Deps, { requestId, targetId }: RecordSightingRequest, address: Address): Promise<void> {
  const { targets, clock, sealer } = deps;
  const id = await targetAt(deps, address);
  if (id === targetId) {
    const description = "is the address that it moved from; give the other one, or say SEEN or GONE";
    throw Problem.fields({ field: "moved_to_url", description });
  }
  const now = clock.now();
  const sealed = sealAddress(sealer, address, now);
  const mark = { id: `moved ${requestId}`, receivedTime: now, address: sealed, lane: LANE, trace: injectTrace() };
  const noted = await change(targets, id, (known) => {
    const state = withReport(known ?? { ...newTarget(id, sealed, now), movedFrom: targetId }, mark, now);
    return state && { state };
  });
  if (noted !== undefined) deps.wake(LANE);
}

/** Its own, or that of release 0.2 if it fetches just this address: to that version others were the same. */
async function targetAt({ targets, sealer, targetIdOf, formerTargetIdOf }: Deps, address: Address): Promise<string> {
  const own = targetIdOf(address);
  const former = formerTargetIdOf(address);
  const found = await targets.load(former);
  if (found === undefined) return own;
  // Which address it fetched may be erased with its month.
  const fetched = addressLeft(sealer, found.state.address);
  return fetched !== undefined && targetIdOf(fetched) === own ? former : own;
}

/** Weakens a rule for a whole host: it takes a second person, who says the same. Whether it is in force. */
async function markHost(
  { hosts, targets, sealer, hostDigest, clock }: Deps,
  { targetId }: RecordSightingRequest,
  by: string,
): Promise<boolean> {
  const found = await targets.load(targetId);
  if (found === undefined) throw new Problem("NOT_FOUND");
  const { hostname } = new URL(openAddress(sealer, found.state.address).fetch);
  const word = { by, time: clock.now() };
  const marked = await change(hosts, hostDigest(hostname), (mark) => {
    if (mark === undefined) return { state: { schemaVersion: 1 as const, asked: word } };
    return mark.personOnly !== undefined || mark.asked.by === by ? undefined : { state: { ...mark, personOnly: word } };
  });
  const mark = marked ?? (await hosts.load(hostDigest(hostname)));
  return mark?.state.personOnly !== undefined;
}

interface Valid extends Pick<Said, "says" | "time"> {
  how: string;
  movedTo?: Address;
}

function validSighting(request: RecordSightingRequest, now: Date): Valid {
  const { sighting, time } = request;
  const how = request.how.trim();
  const faults = [];
  const says = words[sighting];
  if (says === undefined) faults.push({ field: "sighting", description: "is missing or unknown; say what was seen" });
  if (how === "" || how.length > MAX_HOW) {
    faults.push({ field: "how", description: `is not 1 to ${MAX_HOW} characters; say by what means it was looked at` });
  }
  if (time === undefined || time.getTime() > now.getTime() + CLOCK_TOLERANCE_MS) {
    faults.push({ field: "time", description: "is missing or lies in the future; say when it was looked at, in UTC" });
  }
  const read = says === "MOVED_TO" ? parseAddress(request.movedToUrl) : undefined;
  if (read !== undefined && "fault" in read) {
    faults.push({
      field: "moved_to_url",
      description: "is no http or https address; give the whole address of the material",
    });
  }
  if (says !== "MOVED_TO" && request.movedToUrl !== "") {
    faults.push({ field: "moved_to_url", description: "goes with MOVED_TO alone; leave it out or say so" });
  }
  if (says === undefined || time === undefined || faults.length > 0) throw Problem.fields(...faults);
  return { says, how, time, ...(read && "address" in read && { movedTo: read.address }) };
}

const words: Partial<Record<Sighting, Said["says"]>> = {
  [Sighting.SEEN]: "SEEN",
  [Sighting.GONE]: "GONE",
  [Sighting.MOVED_TO]: "MOVED_TO",
};

function otherEpisode({ episode }: Target): Problem {
  const description = `is not the newest one, which is ${shown(String(episode))}; read the target again`;
  return new Problem("VERSION_CONFLICT", `episode: ${description}`, { metadata: { episode: String(episode) } });
}

function refusal({ refused, time }: SightingRefusal): Problem {
  const why = refused === "seen since" ? "was seen there" : "was found gone";
  return Problem.fields({
    field: "time",
    description: `lies before ${time.toISOString()}, when it ${why}; only a later look says more`,
  });
}
