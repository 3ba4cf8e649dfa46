import type { Sealed } from "@ntd/proto/common/v1/common";
import { classOf } from "./lane.ts";
import { againDue } from "../targets/page-says.ts";
import type { NoticeMark, Target } from "../targets/target-state.ts";
import { isNeverSeen } from "../targets/published-facts.ts";
import { isWaitedFor, restoring } from "../targets/restoring.ts";
import { otherContentAsked, type Rules } from "../targets/target.ts";

export interface WatchRules extends Rules {
  /** Pause between probes while nothing presses. */
  idleMs: number;
  /** Without report, notice or change for so long an address is no longer watched. */
  watchMs: number;
}

/**
 * When the address is looked at next. While something presses: a notice is open, a miss stands, or it gives no answer.
 *
 * - A notice: in every slot for 24 hours, hourly to seven days, then every six hours; counted from its issue, or from the
 *   newest answer, which also asks for a look at once. How wide the pause is shows as the width of (last seen, first
 *   miss]: nothing else rounds it. A notice that stays open for 90 days asks for 575 looks (8,640 in every slot), and
 *   for at most 215 more with each answer.
 * - A miss, whatever the pace at which it was seen: the next slot, so that the run of k slots that confirms it is as long
 *   after a month as on the first day. A run that comes to no end for 24 hours is paced like a notice.
 * - A withdrawn notice whose target was missed: as an open one, counted from the withdrawal or the newest answer, until
 *   the material is seen again, its provider says that it cannot restore it, or 30 days are over (some 340 looks).
 * - No answer: in every slot for an hour, then hourly, until it is silent for too long to hope.
 * - A page without what was illegal on it, once: a minute later, to see whether it shows other media each time.
 * - Nothing there at the first look: at its own few moments of a day, then it counts as gone.
 *
 * Each target has its own moment in a pause, and never two in a slot: after an outage what was missed is one look.
 */
export function nextDue(target: Target, now: Date, rules: WatchRules): Date | undefined {
  if (target.phase.is === "CLOSED") return undefined;
  // Gone was said with other content at the address that a report asks for: the next look opens its episode.
  if (target.phase.is === "GONE" && otherContentAsked(target) && target.silent === undefined) return now;
  const { phase } = target;
  if (phase.is === "SUSPECT_GONE" && isNeverSeen(target) && target.silent === undefined) {
    const slots = rules.neverSeenSlots[phase.run.slots] ?? 0;
    return new Date(Math.max(nextSlotMs(now, rules.slotMs), phase.run.first.getTime() + slots * rules.slotMs));
  }
  const again = againDue(
    Object.values(target.views ?? {}).map(({ media }) => media),
    now,
    rules.pageAgainMs,
  );
  if (again !== undefined) return again;
  const pauses = pausesMs(target, now, rules);
  if (pauses.length === 0) return new Date(now.getTime() + rules.idleMs);
  const everyMs = Math.max(rules.slotMs, Math.min(rules.idleMs, ...pauses));
  return ownMoment(target.targetId, now, everyMs, rules.slotMs);
}

/** The same after a look that was no observation: not before the next slot, or it would be made without end. */
export function nextDueAfterNothing(target: Target, now: Date, rules: WatchRules): Date | undefined {
  const due = nextDue(target, now, rules);
  return due && new Date(Math.max(due.getTime(), nextSlotMs(now, rules.slotMs)));
}

/** Whether the watch is over: closed without another look. */
export function watchEnded(target: Target, now: Date, { watchMs }: WatchRules): boolean {
  const isAwaited = target.notices.some((mark) => mark.open || isWaitedFor(mark, now));
  return !isAwaited && now.getTime() - target.watchFrom.getTime() >= watchMs;
}

/** An address that nobody has named before. */
export function newTarget(targetId: string, address: Sealed, now: Date): Target {
  return {
    schemaVersion: 1,
    targetId,
    address,
    episode: 1,
    phase: { is: "NEW" },
    resolvedIp: "",
    reports: [],
    notices: [],
    watchFrom: now,
    work: { dueAt: now, attempts: 0, claim: 0, wanted: 0, wantedAtClaim: 0, peerFailures: 0 },
  };
}

/** A report names the address: it is looked at at once. Undefined when the report was noted before. */
export function withReport(target: Target, report: ReportMark, now: Date): Target | undefined {
  if (target.reports.includes(report.id)) return undefined;
  const { reportedTime, address } = target;
  const newest = reportedTime !== undefined && reportedTime > report.receivedTime ? reportedTime : report.receivedTime;
  const next: Target = {
    ...target,
    // Sealed in a newer month it can be opened for longer.
    address: report.address.keyId > address.keyId ? report.address : address,
    reports: [...target.reports, report.id].slice(-MAX_MARKS),
    reportedTime: newest,
    ...(report.raised && { raised: true }),
  };
  return wanted(next, report, now);
}

export interface ReportMark extends Asks {
  id: string;
  receivedTime: Date;
  address: Sealed;
  /** By police or a trusted channel. */
  raised?: boolean;
}

/** In whose lane and trace a look is asked for. */
export interface Asks {
  lane: string;
  trace: Record<string, string>;
}

/**
 * A notice opened, moved or ended; its last version wins. One not known yet makes the target due at once, and so does a
 * new answer. What else moves a notice does not: takedown tells what we saw, and we must not look again because of it.
 * Undefined when there is nothing to write.
 */
export function withNotice(target: Target, mark: NoticeMark, asks: Asks, now: Date): Target | undefined {
  const held = target.notices.find(({ id }) => id === mark.id);
  if (held !== undefined && (held.version >= mark.version || saysTheSame(held, mark))) return undefined;
  const others = target.notices.filter(({ id }) => id !== mark.id);
  const isAwaited = (one: NoticeMark) => one.open || isWaitedFor(one, now);
  const ended = others.filter((one) => !isAwaited(one)).slice(-MAX_MARKS);
  const next = { ...mark, ...(held?.restored && { restored: held.restored }) };
  const notices = [...ended, ...others.filter(isAwaited), next];
  const withdrawn = mark.withdrawn !== undefined && held?.withdrawn === undefined;
  const answered = (mark.open || mark.withdrawn !== undefined) && mark.answers > (held?.answers ?? 0);
  const sought = mark.open && mark.lookAsked !== undefined && !(held?.lookAsked && held.lookAsked >= mark.lookAsked);
  const noted: Target = {
    ...target,
    notices,
    watchFrom: now,
    ...(answered && { answeredTime: now }),
    ...(sought && { sightAskedTime: now }),
  };
  const asksNow = answered || sought || withdrawn || (mark.open && held === undefined);
  return asksNow ? wanted(noted, asks, now) : noted;
}

// Nothing between the two versions said otherwise: a notice does not open again, and no answer is taken away.
function saysTheSame(held: NoticeMark, mark: NoticeMark): boolean {
  const isSame = held.open === mark.open && held.answers === mark.answers && held.episode === mark.episode;
  const isLeft = (held.offered ?? false) === (mark.offered ?? false);
  if (!isLeft || held.lookAsked?.getTime() !== mark.lookAsked?.getTime()) return false;
  if (held.suspended !== mark.suspended || held.withdrawn?.getTime() !== mark.withdrawn?.getTime()) return false;
  // What release 0.2 noted has no time of issue yet.
  return isSame && held.since?.getTime() === mark.since?.getTime();
}

const MAX_MARKS = 20;

/** What asks for a look has it at once, or as soon as one in hand has ended. */
export function wanted(target: Target, { lane, trace }: Asks, now: Date): Target {
  const { work } = target;
  // A claim in hand has begun too early to answer this: its end makes the target due again.
  const held = work.claimedUntil !== undefined && work.claimedUntil > now;
  return {
    ...target,
    watchFrom: now,
    work: {
      ...work,
      wanted: work.wanted + 1,
      lane: laneOfNext(work.lane, lane),
      trace,
      ...(!held && { dueAt: now }),
    },
  };
}

// Who reports it now gets the next look, whoever else waits for one; an answer does not take a report's place.
function laneOfNext(held: string | undefined, asking: string): string {
  const reported = held !== undefined && classOf(held) === "report" && classOf(asking) === "answer";
  return reported ? held : asking;
}

/** How long each of what presses lets it rest; a pause of 0 is the slot. */
function pausesMs(target: Target, now: Date, { unreachableMs }: WatchRules): number[] {
  const { phase, silent, notices, answeredTime } = target;
  const msSince = (date: Date) => now.getTime() - date.getTime();
  const pressed = (since: readonly Date[]) =>
    since.length === 0
      ? []
      : [paceMs(Math.min(...[...since, answeredTime].map((date) => (date ? msSince(date) : Infinity))))];
  const awaited = pressed(restoring(target, now).map(({ withdrawn }) => withdrawn ?? now));
  const silentMs = silent && msSince(silent.since);
  const hopeless = silentMs !== undefined && silentMs >= unreachableMs;
  const pauses = silentMs === undefined || hopeless ? [] : [silentMs < HOUR ? 0 : HOUR];
  if (phase.is === "GONE") {
    const observes = [...awaited, ...(phase.run === undefined ? [] : [paceMs(msSince(phase.run.first))])];
    return otherContentAsked(target) ? [...pauses, ...observes] : observes;
  }
  if (phase.is === "SUSPECT_GONE" && !hopeless) pauses.push(paceMs(msSince(phase.run.first)));
  const open = notices.filter((notice) => notice.open).map(({ since }) => since ?? target.watchFrom);
  return [...pauses, ...awaited, ...pressed(open)];
}

const HOUR = 3_600_000;

function paceMs(pressedMs: number): number {
  if (pressedMs < 24 * HOUR) return 0;
  return pressedMs < 7 * 24 * HOUR ? HOUR : 6 * HOUR;
}

// The target's first own moment in a later slot than this: not all are fetched when an hour begins, and none is twice.
function ownMoment(targetId: string, now: Date, everyMs: number, slotMs: number): Date {
  const parsed = Number.parseInt(targetId.slice(0, 8), 16);
  const offset = Number.isNaN(parsed) ? 0 : parsed % everyMs;
  return new Date(Math.ceil((nextSlotMs(now, slotMs) - offset) / everyMs) * everyMs + offset);
}

/** The target's own moment in the next slot. */
export function nextMoment(targetId: string, now: Date, slotMs: number): Date {
  return ownMoment(targetId, now, slotMs, slotMs);
}

const nextSlotMs = (now: Date, slotMs: number) => (Math.floor(now.getTime() / slotMs) + 1) * slotMs;
