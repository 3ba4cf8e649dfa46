import { isByMachine } from "@ntd/facts";
import type { HoldCause } from "@ntd/proto/casework/v1/case";
import type { ReviewKind } from "@ntd/proto/casework/v1/review_service";
import { counter, gauge } from "@ntd/service";
import { reversedIn } from "./breakers/reversals.ts";
import { toldDecisions, waitsAnew, type CaseFile } from "./cases/case.ts";
import type { LookKind } from "./second-look/second-look.ts";

const decisions = counter("ntd_case_decisions", "Decisions on cases, by who made them and what they say.");
const looks = counter("ntd_case_second_looks", "Second looks at persons' decisions that are over, by how they ended.");
const overdue = counter("ntd_case_second_looks_overdue", "Second looks that were not done in time.");
const doubts = counter("ntd_case_doubts", "Decisions that came to be in doubt, by the cause of the first word.");
const withdrawals = counter("ntd_case_withdrawals", "Decisions that two words withdrew, by who had made them.");
const queued = counter("ntd_cases_queued", "Cases that began to wait for a person, by reason.");

/** Counts a decision that was told or a new wait that a write made. */
export function countDecision(before: CaseFile | undefined, after: CaseFile): void {
  const told = toldDecisions(after);
  const decision = told.at(-1);
  if (decision !== undefined && told.length > (before === undefined ? 0 : toldDecisions(before).length)) {
    decisions({ by: isByMachine(decision) ? "machine" : "person", verdict: decision.verdict });
  }
  const { doubt } = after;
  const [word] = doubt?.words ?? [];
  if (word !== undefined && doubt?.decisionId !== before?.doubt?.decisionId) doubts({ cause: word.cause });
  const withdrawn = reversedIn(after).slice(before === undefined ? 0 : reversedIn(before).length);
  for (const one of withdrawn) withdrawals({ by: isByMachine(one) ? "machine" : "person" });
  countLook(before, after);
  if (after.progress.kind === "queued" && waitsAnew(before, after)) queued({ reason: after.progress.reason });
}

const openedReviews = counter("ntd_reviews_opened", "Reviews that were opened, by kind.");
const waiting = { overdue: 0, inTime: 0 };
// Of the process, as all instruments here: what the last count said.
gauge("ntd_reviews_waiting", "Reviews that are not decided (10,000 are counted at most), overdue or not.", () => [
  [waiting.overdue, { overdue: "yes" }],
  [waiting.inTime, { overdue: "no" }],
]);

export function countOpenedReview(kind: ReviewKind): void {
  openedReviews({ kind });
}

export function showReviews(counted: { overdue: number; inTime: number }): void {
  Object.assign(waiting, counted);
}

/** Counts a look that is overdue from now on. */
export function countOverdue(kind: LookKind): void {
  overdue({ kind });
}

function countLook({ second }: Partial<CaseFile> = {}, { second: open, looks: done }: CaseFile): void {
  const last = done?.at(-1);
  if (second === undefined || last?.first.decisionId !== second.first.decisionId) return;
  if (open?.first.decisionId !== second.first.decisionId) looks({ kind: last.kind, outcome: last.outcome });
}

const icse = { backlog: 0 };
gauge("ntd_icse_backlog", "Cases that wait for the link's answer (10,000 are counted at most).", () => [
  [icse.backlog, {}],
]);

export function showIcseBacklog(backlog: number): void {
  icse.backlog = backlog;
}

const holds: { held: readonly (readonly [HoldCause, number])[]; waiting: number } = { held: [], waiting: 0 };
gauge("ntd_holds", "Cases that police's holds keep, by cause (10,000 are counted at most).", () =>
  holds.held.map(([cause, count]) => [count, { cause }]),
);
gauge(
  "ntd_holds_waiting",
  "Held cases whose hold waits for a supervisor: its time is over, and life is at risk.",
  () => [[holds.waiting, {}]],
);

export function showHolds(counted: typeof holds): void {
  Object.assign(holds, counted);
}

const referrals = { unacknowledged: 0, oldestSeconds: 0 };
gauge("ntd_referrals_unacknowledged", "Referrals that police have not acknowledged.", () => [
  [referrals.unacknowledged, {}],
]);
gauge("ntd_referrals_oldest_seconds", "How long the oldest of them waits.", () => [[referrals.oldestSeconds, {}]]);

export function showReferrals(counted: typeof referrals): void {
  Object.assign(referrals, counted);
}

const words = { waiting: 0 };
gauge("ntd_words_waiting", "Reports of words alone that wait for a person.", () => [[words.waiting, {}]]);

export function showWords(waiting: number): void {
  words.waiting = waiting;
}

const tripped = counter("ntd_breakers_tripped", "Breakers that tripped, by what they stop.");

export function countTrip(kind: "set" | "rule" | "person"): void {
  tripped({ kind });
}

const views = counter(
  "ntd_case_views",
  "Pictures that a person opened, by which person of that picture it was; again where somebody saw it before.",
);

/** The first one counts the distinct pictures; all of them together, the views. */
export function countView(nth: number | "again"): void {
  views({ nth: typeof nth === "number" && nth > 3 ? "more" : String(nth) });
}
