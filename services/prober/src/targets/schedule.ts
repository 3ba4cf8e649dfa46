import type { Sealed } from "@ntd/proto/common/v1/common";
import type { NoticeMark, Target } from "./target-state.ts";
import { otherContentAsked, type Rules } from "./target.ts";

export interface WatchRules extends Rules {
  /** Pause between probes while nothing presses. */
  idleMs: number;
  /** Without report, notice or change for so long an address is no longer watched. */
  watchMs: number;
}

/** When the address is looked at next: in the next slot while something presses, else after the idle pause. */
export function nextDue(target: Target, now: Date, rules: WatchRules): Date | undefined {
  if (target.phase.is === "CLOSED") return undefined;
  // Gone was said with other content at the address that a report asks for: the next look opens its episode.
  if (target.phase.is === "GONE" && otherContentAsked(target) && target.silent === undefined) return now;
  return presses(target, now, rules) ? inNextSlot(target.targetId, now, rules) : new Date(now.getTime() + rules.idleMs);
}

/** Whether the watch is over: closed without another look. */
export function watchEnded(target: Target, now: Date, { watchMs }: WatchRules): boolean {
  return !target.notices.some(({ open }) => open) && now.getTime() - target.watchFrom.getTime() >= watchMs;
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
  };
  return wanted(next, report.trace, now);
}

export interface ReportMark {
  id: string;
  receivedTime: Date;
  address: Sealed;
  trace: Record<string, string>;
}

/**
 * A notice opened, moved or ended; its last version wins. One not known yet makes the target due at once, and so does a
 * new answer. What else moves a notice does not: takedown tells what we saw, and we must not look again because of it.
 * Undefined when there is nothing to write.
 */
export function withNotice(
  target: Target,
  mark: NoticeMark,
  trace: Record<string, string>,
  now: Date,
): Target | undefined {
  const held = target.notices.find(({ id }) => id === mark.id);
  if (held !== undefined && held.version >= mark.version) return undefined;
  const others = target.notices.filter(({ id }) => id !== mark.id);
  const ended = others.filter(({ open }) => !open).slice(-MAX_MARKS);
  const notices = [...ended, ...others.filter(({ open }) => open), mark];
  const answered = mark.open && mark.answers > (held?.answers ?? 0);
  const next = { ...target, notices, watchFrom: now, ...(answered && { answeredTime: now }) };
  return answered || (mark.open && held === undefined) ? wanted(next, trace, now) : next;
}

const MAX_MARKS = 20;

function wanted(target: Target, trace: Record<string, string>, now: Date): Target {
  const { work } = target;
  // A claim in hand has begun too early to answer this: its end makes the target due again.
  const held = work.claimedUntil !== undefined && work.claimedUntil > now;
  return {
    ...target,
    watchFrom: now,
    work: { ...work, wanted: work.wanted + 1, trace, ...(!held && { dueAt: now }) },
  };
}

function presses(target: Target, now: Date, { unreachableMs }: WatchRules): boolean {
  const { phase, silent, notices } = target;
  const silentLong = silent !== undefined && now.getTime() - silent.since.getTime() >= unreachableMs;
  if (phase.is === "GONE") return otherContentAsked(target) && !silentLong;
  if (notices.some(({ open }) => open)) return true;
  return (phase.is === "SUSPECT_GONE" || silent !== undefined) && !silentLong;
}

// Each target has its own moment within a slot, so that not all are fetched when a slot begins.
function inNextSlot(targetId: string, now: Date, { slotMs }: WatchRules): Date {
  const offset = Number.parseInt(targetId.slice(0, 8), 16) % slotMs;
  const slot = Math.floor(now.getTime() / slotMs) + 1;
  return new Date(slot * slotMs + (Number.isNaN(offset) ? 0 : offset));
}
