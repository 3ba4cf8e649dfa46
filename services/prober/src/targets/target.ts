import type { Eye } from "../fetch/eye.ts";
import { isUnjudgeable, wasFile, type Observation } from "./observation.ts";
import { asked, withdrawn } from "../sightings/question.ts";
import { isNeverSeen, openPhase, settled } from "./published-facts.ts";
import { opensNoEpisode, withRestored } from "./restoring.ts";
import { blinder, longer, strengthOf } from "./runs.ts";
import { isRestrictedHere, outcomeOf, type Look, type Outcome, type Slot } from "./slot.ts";
import type { Gone, MissRun, Reason, Seen, Target } from "./target-state.ts";
import { viewOf, withViews, withVotes } from "./views.ts";

export interface Rules {
  slotMs: number;
  /** Distinct slots that every voter misses before gone is said. */
  slotsRequired: number;
  /** The same for what was never seen, which is looked at in these slots after the first miss. */
  neverSeenSlots: readonly number[];
  /** Two looks at a page have to agree so far apart. */
  pageAgainMs: number;
  /** Blind for so long, on end: a person is asked. */
  unreachableMs: number;
  eyes: readonly Eye[];
  /** Country of the hotline, as ISO 3166-1 alpha-2. */
  homeCountry: string;
}

/** The target after the looks of a slot. */
export function decide(target: Target, slot: Slot, rules: Rules): Target {
  const at = slot.looks.at(-1)?.time;
  if (at === undefined) return target;
  const open = withIp(reopened(target), slot.looks);
  const outcome = outcomeOf(open, slot);
  const viewed = outcome.is === "nothing" ? open : withViews(open, slot.looks, outcome.is === "seen");
  return settled(target, observed(viewed, outcome, at, rules), at);
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

function observed(target: Target, outcome: Outcome, at: Date, rules: Rules): Target {
  switch (outcome.is) {
    case "nothing":
      return target;
    case "seen":
      return seenBy(target, outcome, rules);
    case "missed":
      return missedBy(target, outcome, at, rules);
    case "blind":
      return blind(target, outcome.reason, at, rules);
    default:
      return outcome satisfies never;
  }
}

function seenBy(target: Target, { look, all }: Extract<Outcome, { is: "seen" }>, rules: Rules): Target {
  const at = look.time;
  const isBack = target.phase.is === "GONE" && !opensNoEpisode(target, at);
  const sight = isBack ? newEpisode(target, look.observation, at) : sighted(target, look.observation, at);
  // An eye that sees ends what a person said: both agree, or the person's word is older.
  const { personSaw: _saw, personMissed: _missed, ...rest } = sight;
  const views = isBack ? all.reduce(viewOf, {}) : rest.views;
  const { movedTo: _moved, ...stayed } = withVotes(rest, all);
  const moved = look.movedTo !== undefined && { movedTo: look.movedTo };
  const shown: Target = { ...stayed, lastLook: at, ...(views && { views }), ...moved };
  const restrictedHere = isRestrictedHere(shown, rules.eyes, rules.homeCountry);
  return withRestored(target, { ...shown, restrictedHere }, at);
}

type Missed = Extract<Outcome, { is: "missed" }>;

function missedBy(target: Target, outcome: Missed, at: Date, rules: Rules): Target {
  const looked: Target = { ...target, lastLook: at };
  if (outcome.strength === "ABSENT") return missed(withoutOther(looked), outcome, at, rules);
  const other = withOther(looked, at);
  const found = outcome.votes.map(({ observation }) => observation).find(({ is }) => is === "REPLACED");
  if (target.phase.is === "GONE" && found?.is === "REPLACED" && otherContentAsked(other)) {
    return { ...newEpisode(other, found, at), lastLook: at };
  }
  if (target.phase.is !== "GONE") return replaced(other, outcome, at, rules);
  const still = missed(other, outcome, at, rules);
  // A page changes its bytes at will: whether this is the one that was gone only a person can tell.
  // Unless it is told by what is on it.
  const mayBeBack =
    target.seen !== undefined &&
    !wasFile(target.seen) &&
    found?.is === "REPLACED" &&
    found.as.is === "NOT_MEDIA" &&
    !found.media;
  return mayBeBack ? asked({ ...still, ...(target.question && { question: target.question }) }, at) : still;
}

/**
 * Other content in place of the known. Where no notice is out, nobody's removal is measured, and a report that asks for
 * it need not wait for k slots: the known is gone as of its first miss, and the next look opens the new episode.
 */
function replaced(target: Target, outcome: Missed, at: Date, rules: Rules): Target {
  const { phase } = target;
  if (noticed(target) || !otherContentAsked(target)) return missed(target, outcome, at, rules);
  const run = longer(phase.is === "SUSPECT_GONE" ? phase.run : undefined, outcome, at, rules);
  return goneAfter(spoken(target), run, "OTHER_CONTENT");
}

type Shown = { as: Seen["as"]; content: Seen["content"] } & Partial<
  Pick<Extract<Observation, { is: "SEEN" }>, "likeness">
>;

function sighted(target: Target, shown: Shown, at: Date): Target {
  const { otherSince: _, seen, ...rest } = spoken(target);
  // The same bytes that could not be decoded this time are still the picture that was seen.
  const known = shown.likeness === "identical" || (shown.as.is === "NOT_MEDIA" && seen?.as.is === "PRESENT");
  if (seen !== undefined && known)
    return claimChecked({ ...rest, phase: seen.as, seen: { ...seen, last: at } }, seen.last);
  const content = { ...shown.content, revision: (seen?.content.revision ?? 0) + 1 };
  const since = { first: seen?.first ?? at, last: at, ...(seen?.by && { by: seen.by }) };
  return claimChecked({ ...rest, phase: shown.as, seen: { as: shown.as, content, ...since } }, seen?.last);
}

/**
 * Whoever compares what a provider claims with what was seen, or holds a notice back for a fresh sighting, waits for the
 * first one after it. Nothing else that was told since does: a slot may end after the answer and have seen before it.
 */
function claimChecked(target: Target, before: Date | undefined): Target {
  const { answeredTime, sightAskedTime, seen } = target;
  const waits = (time: Date | undefined) => time !== undefined && (before === undefined || time >= before);
  return seen && (waits(answeredTime) || waits(sightAskedTime)) ? { ...target, probedTime: seen.last } : target;
}

function newEpisode(target: Target, shown: Shown, at: Date): Target {
  const { views: _views, cloaked: _cloaked, question: _question, restored: _restored, ...rest } = target;
  const next = sighted(rest, { ...shown, likeness: "other" }, at);
  if (next.seen === undefined) return next;
  const { by: _by, ...seen } = next.seen;
  return { ...next, episode: target.episode + 1, restrictedHere: false, seen: { ...seen, first: at } };
}

function missed(target: Target, outcome: Missed, at: Date, rules: Rules): Target {
  const spoke = spoken(target);
  if (spoke.phase.is === "GONE") {
    return spoke.phase.strength === "SILENCE_0_2"
      ? observedGone(spoke, spoke.phase, outcome, at, rules)
      : confirmed(spoke, at);
  }
  const before = spoke.phase.is === "SUSPECT_GONE" || spoke.phase.is === "UNSEEN" ? spoke.phase : undefined;
  const run = longer(before?.run, outcome, at, rules);
  const cause = run.reason ?? before?.reason ?? outcome.reason;
  const state = notSeenAfter(spoke, run.first);
  const required = isNeverSeen({ ...state, phase: { is: "SUSPECT_GONE", reason: cause, run } })
    ? rules.neverSeenSlots.length
    : rules.slotsRequired;
  if (run.slots >= required) return goneAfter(state, run, cause);
  return { ...state, phase: { is: "SUSPECT_GONE", reason: cause, run } };
}

/** What release 0.2 called gone by silence is gone by what was observed once k slots say so, as of their first miss. */
function observedGone(target: Target, phase: Gone, outcome: Missed, at: Date, rules: Rules): Target {
  const run = longer(phase.run, outcome, at, rules);
  if (run.slots < rules.slotsRequired) return { ...target, phase: { ...phase, run } };
  return goneAfter(notSeenAfter(target, run.first), run, run.reason ?? outcome.reason);
}

function goneAfter(target: Target, run: MissRun, reason: Reason): Target {
  const { cloaked: _, ...rest } = target;
  return {
    ...rest,
    restrictedHere: false,
    told: run.looks ?? [],
    phase: { is: "GONE", reason, goneTime: run.first, ...strengthOf(run) },
  };
}

// A clock put back must not turn the interval (last seen, first miss] round.
function notSeenAfter(target: Target, first: Date): Target {
  const { seen } = target;
  return seen === undefined || seen.last <= first ? target : { ...target, seen: { ...seen, last: first } };
}

// A report that came after gone is answered by the look it triggered: gone it is, as of now.
function confirmed(target: Target, at: Date): Target {
  const { reportedTime, probedTime } = target;
  const asks = reportedTime !== undefined && probedTime !== undefined && reportedTime > probedTime;
  return asks ? { ...target, probedTime: at } : target;
}

function blind(target: Target, reason: Reason, at: Date, rules: Rules): Target {
  const silent = blinder(target.silent, reason, at, rules);
  const quiet: Target = { ...target, silent };
  const { phase } = target;
  if (phase.is === "GONE") return quiet;
  const cannotTell = isUnjudgeable(reason) && (silent.slots ?? 0) >= rules.slotsRequired;
  if (cannotTell || at.getTime() - silent.since.getTime() >= rules.unreachableMs) return unseen(quiet, reason, at);
  const unnamed = phase.is === "NEW" || (phase.is === "UNREACHABLE" && phase.reason === "PROBE_FAILED");
  const named: Target = unnamed ? { ...quiet, phase: { is: "UNREACHABLE", reason } } : quiet;
  return target.raised === true ? asked(named, at) : named;
}

// Open in every figure, censored at the last look that could see; only a person can tell.
function unseen(target: Target, reason: Reason, at: Date): Target {
  const { phase } = target;
  if (phase.is === "UNSEEN") return asked(target, at);
  const run = phase.is === "SUSPECT_GONE" ? phase.run : undefined;
  const since = target.silent?.since ?? at;
  return asked({ ...target, phase: { is: "UNSEEN", reason, since, ...(run && { run }) } }, at);
}

function spoken(target: Target): Target {
  const { silent: _, question, ...rest } = target;
  return { ...rest, ...(question && { question: withdrawn(question) }) };
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

function withIp(target: Target, looks: readonly Look[]): Target {
  const ip = looks.map((look) => look.ip).findLast((one) => one !== "");
  return ip === undefined ? target : { ...target, resolvedIp: ip };
}

function reopened(target: Target): Target {
  return { ...target, phase: openPhase(target.phase) };
}
