import type { Content } from "@ntd/proto/prober/v1/target";
import type { MissRun, OpenPhase, Phase, Reason, Seen, Target } from "./target-state.ts";

/** What one probe found, told relative to what was seen before. */
export type Observation =
  | { is: "picture"; content: Content; likeness: Likeness; ip: string }
  | { is: "not_a_picture"; reason: Reason; content: Content; likeness: Likeness; ip: string }
  | { is: "miss"; reason: Reason; ip: string }
  | { is: "no_answer"; reason: Reason; ip: string };

/** identical: the same bytes; same: the same material by comparison; other: neither; first: nothing to compare with. */
export type Likeness = "first" | "identical" | "same" | "other";

export interface Rules {
  slotMs: number;
  /** Distinct slots with a miss that it takes to say gone. */
  slotsRequired: number;
  /** No answer for so long, on end, counts as gone if something was seen before. */
  unreachableMs: number;
}

/** The target after a probe. `at` is the time of the fetch. */
export function decide(target: Target, observation: Observation, at: Date, rules: Rules): Target {
  const open = withIp(reopened(target), observation.ip);
  return settled(target, observed(open, observation, at, rules), at);
}

/** After five claims that came to no end: a person must look. */
export function probeFailed(target: Target, now: Date): Target {
  const open = reopened(target);
  if (open.phase.is === "GONE") return open;
  return settled(target, { ...open, phase: { is: "UNREACHABLE", reason: "PROBE_FAILED" } }, now);
}

/** The end of the watch. */
export function closed(target: Target, now: Date): Target {
  return settled(target, { ...target, phase: { is: "CLOSED", was: openPhase(target.phase) } }, now);
}

/** Whether a report asks for what is at the address now, though it is not the material that was seen. */
export function otherContentAsked(target: Target): boolean {
  const { reportedTime, otherSince, phase, seen } = target;
  if (reportedTime === undefined || otherSince === undefined) return false;
  if (reportedTime > otherSince) return true;
  // Once we have asked for removal, other content is likely a placeholder: only a report of after its first sight counts.
  if (noticed(target)) return false;
  const before = seen?.last ?? (phase.is === "GONE" ? phase.goneTime : undefined);
  return before !== undefined && reportedTime > before;
}

/** Everything that a published event tells, but for what changes at every probe. */
export function publishedFacts({ episode, phase, seen, resolvedIp, probedTime }: Target): string {
  return JSON.stringify([episode, phaseFacts(phase), seen?.first, seen?.content.revision, resolvedIp, probedTime]);
}

function observed(target: Target, observation: Observation, at: Date, rules: Rules): Target {
  switch (observation.is) {
    case "picture":
    case "not_a_picture":
      return answered(target, observation, at, rules);
    case "miss":
      return missed(withoutOther(target), observation.reason, at, rules);
    case "no_answer":
      return silent(target, observation.reason, at, rules);
    default:
      return observation satisfies never;
  }
}

type Answer = Extract<Observation, { content: Content }>;

function answered(target: Target, answer: Answer, at: Date, rules: Rules): Target {
  const { phase, seen } = target;
  const same = answer.likeness === "identical" || answer.likeness === "same";
  if (phase.is === "GONE") {
    if (same || (seen === undefined && answer.is === "picture")) return newEpisode(target, answer, at);
    const other = withOther(target, at);
    return otherContentAsked(other) ? newEpisode(other, answer, at) : missed(other, "OTHER_CONTENT", at, rules);
  }
  // A page (or a film) changes its bytes at will: as long as the address answers, it counts as there.
  if (seen === undefined || same || seen.as.is === "NOT_MEDIA") return sighted(target, answer, at);
  if (answer.is === "not_a_picture" && undecided.includes(answer.reason)) return spoken(target);
  return replaced(withOther(target, at), at, rules);
}

/**
 * Other content in place of the known. Where no notice is out, nobody's removal is measured, and a report that asks for
 * it need not wait for k slots: the known is gone as of its first miss, and the next look opens the new episode.
 */
function replaced(target: Target, at: Date, rules: Rules): Target {
  const { phase } = target;
  if (noticed(target) || !otherContentAsked(target)) return missed(target, "OTHER_CONTENT", at, rules);
  const goneTime = phase.is === "SUSPECT_GONE" ? phase.run.first : at;
  return { ...spoken(target), phase: { is: "GONE", reason: "OTHER_CONTENT", goneTime } };
}

// It may still be the material, in a form that cannot be read: neither a sighting nor a miss.
const undecided: readonly Reason[] = ["FORMAT_NOT_ALLOWED", "PICTURE_TOO_LARGE", "PICTURE_BROKEN", "DECODE_TIMED_OUT"];

function sighted(target: Target, answer: Answer, at: Date): Target {
  const { otherSince: _, seen, ...rest } = spoken(target);
  // The same bytes that could not be decoded this time are still the picture that was seen.
  const known = answer.likeness === "identical" || (answer.is === "not_a_picture" && seen?.as.is === "PRESENT");
  if (seen !== undefined && known) return claimChecked({ ...rest, phase: seen.as, seen: { ...seen, last: at } }, at);
  const as: Seen["as"] = answer.is === "picture" ? { is: "PRESENT" } : { is: "NOT_MEDIA", reason: answer.reason };
  const content = { ...answer.content, revision: (seen?.content.revision ?? 0) + 1 };
  return { ...rest, phase: as, seen: { as, content, first: seen?.first ?? at, last: at } };
}

// Whoever compares what a provider claims with what was seen waits for the first sighting after the answer.
function claimChecked(target: Target, at: Date): Target {
  const { answeredTime, probedTime } = target;
  const waits = answeredTime !== undefined && probedTime !== undefined && answeredTime >= probedTime;
  return waits ? { ...target, probedTime: at } : target;
}

function newEpisode(target: Target, answer: Answer, at: Date): Target {
  const next = sighted(target, answer, at);
  return { ...next, episode: target.episode + 1, ...(next.seen && { seen: { ...next.seen, first: at } }) };
}

function missed(target: Target, reason: Reason, at: Date, { slotMs, slotsRequired }: Rules): Target {
  const spoke = spoken(target);
  if (spoke.phase.is === "GONE") return confirmed(spoke, at);
  const slot = Math.floor(at.getTime() / slotMs);
  const before = spoke.phase.is === "SUSPECT_GONE" ? spoke.phase : undefined;
  const run = before === undefined ? newRun(at, slot) : longer(before.run, at, slot);
  const cause = before?.reason ?? reason;
  const state = notSeenAfter(spoke, run.first);
  return run.slots >= slotsRequired
    ? { ...state, phase: { is: "GONE", reason: cause, goneTime: run.first } }
    : { ...state, phase: { is: "SUSPECT_GONE", reason: cause, run } };
}

function newRun(first: Date, slot: number): MissRun {
  return { first, slots: 1, lastSlot: slot };
}

// A clock that was put back by more than a slot would let nothing count until it is where it was: the run begins anew.
function longer(run: MissRun, at: Date, slot: number): MissRun {
  if (slot < run.lastSlot - 1) return newRun(at, slot);
  return slot > run.lastSlot ? { ...run, slots: run.slots + 1, lastSlot: slot } : run;
}

// A clock put back must not turn the interval (last seen, first miss] round.
function notSeenAfter(target: Target, first: Date): Target {
  const { seen } = target;
  return seen === undefined || seen.last <= first ? target : { ...target, seen: { ...seen, last: first } };
}

// A report that came after gone is answered by the probe it triggered: gone it is, as of now.
function confirmed(target: Target, at: Date): Target {
  const { reportedTime, probedTime } = target;
  const asks = reportedTime !== undefined && probedTime !== undefined && reportedTime > probedTime;
  return asks ? { ...target, probedTime: at } : target;
}

function silent(target: Target, reason: Reason, at: Date, { unreachableMs }: Rules): Target {
  const run = target.silent;
  // An outage of our own is no silence of theirs: after a long gap the run begins anew.
  const onEnd = run !== undefined && at.getTime() - run.last.getTime() <= unreachableMs / 4;
  const since = onEnd && run.since <= at ? run.since : at;
  const quiet: Target = { ...target, silent: { since, last: at } };
  const { phase } = target;
  if (phase.is === "GONE") return quiet;
  if (target.seen !== undefined && at.getTime() - since.getTime() >= unreachableMs) {
    return { ...quiet, phase: { is: "GONE", reason: "UNREACHABLE_TOO_LONG", goneTime: since } };
  }
  const unnamed = phase.is === "NEW" || (phase.is === "UNREACHABLE" && phase.reason === "PROBE_FAILED");
  return unnamed ? { ...quiet, phase: { is: "UNREACHABLE", reason } } : quiet;
}

function spoken(target: Target): Target {
  const { silent: _, ...rest } = target;
  return rest;
}

function noticed({ notices, episode }: Target): boolean {
  return notices.some((notice) => notice.episode === episode);
}

function withOther(target: Target, at: Date): Target {
  return { ...target, otherSince: target.otherSince ?? at };
}

function withoutOther(target: Target): Target {
  const { otherSince: _, ...rest } = target;
  return rest;
}

function withIp(target: Target, ip: string): Target {
  return ip === "" ? target : { ...target, resolvedIp: ip };
}

function reopened(target: Target): Target {
  return { ...target, phase: openPhase(target.phase) };
}

function openPhase(phase: Phase): OpenPhase {
  return phase.is === "CLOSED" ? phase.was : phase;
}

function settled(before: Target, after: Target, at: Date): Target {
  if (publishedFacts(before) === publishedFacts(after)) return after;
  const moved = before.phase.is !== after.phase.is || before.episode !== after.episode;
  return { ...after, probedTime: at, ...(moved && { watchFrom: at }) };
}

function phaseFacts(phase: Phase): unknown[] {
  const { is } = phase;
  const open = openPhase(phase);
  return [is, "reason" in open ? open.reason : "", open.is === "GONE" ? open.goneTime : ""];
}
