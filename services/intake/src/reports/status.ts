import type { ReporterSentence } from "@ntd/proto/intake/v1/report";

/** Outward a report has three states and no more: a status must not tell whether a fingerprint is on a list. */
export type Status = "RECEIVED" | "BEING_HANDLED" | "CLOSED";

/** What is known of one target: its newest state, and the case of its newest episode. */
export interface TargetStatus {
  schemaVersion: 1;
  target?: TargetFacts;
  case?: CaseFacts;
  /**
   * Its outcome changed, and filings may say another one. Said in the write of the change, and until all were told: one
   * that changes back before that has told some of them.
   */
  isUntold?: true;
}

/** What the case of a target says by now. */
export type Outcome = "open" | "illegal" | "other";

export interface TargetFacts {
  /** Of the prober's aggregate: an older one is ignored. */
  version: number;
  episode: number;
  /** Gone, or no longer watched. */
  over: boolean;
  /** Of its last change. */
  time: Date;
}

export interface CaseFacts {
  caseId: string;
  /** Of casework's aggregate: an older one is ignored. */
  version: number;
  episode: number;
  /** The settled decision; undefined while the case is open or waits for a person, for the first time or again. */
  verdict?: "ILLEGAL" | "NOT_ILLEGAL" | "OUT_OF_SCOPE";
  /** What the person who decided has its reporters told; never of a machine's decision. */
  sentence?: ReporterSentence;
  /** When a person decided though machines called the target gone; absent when none did. */
  despiteGoneTime?: Date;
  /** Of its last change: another report that joins a decided case moves it too, and so closes that report. */
  time: Date;
}

/** The last version wins; undefined when there is nothing to write. */
export function withTarget(known: TargetStatus | undefined, target: TargetFacts): TargetStatus | undefined {
  if (known?.target !== undefined && known.target.version > target.version) return undefined;
  return { ...known, schemaVersion: 1, target };
}

/** The case of the newest episode wins, of that one the last version. */
export function withCase(known: TargetStatus | undefined, facts: CaseFacts): TargetStatus | undefined {
  const held = known?.case;
  if (held !== undefined && held.episode > facts.episode) return undefined;
  if (held !== undefined && held.episode === facts.episode && held.version > facts.version) return undefined;
  const next: TargetStatus = { ...known, schemaVersion: 1, case: facts };
  return outcomeOf(next) === outcomeOf(known) ? next : { ...next, isUntold: true };
}

export function outcomeOf(status: TargetStatus | undefined): Outcome {
  const verdict = status?.case?.verdict;
  if (verdict === undefined) return "open";
  return verdict === "ILLEGAL" ? "illegal" : "other";
}

/**
 * The status of one target for a report received then. What was closed before the report came does not close it: the
 * report asks for the address to be looked at anew.
 */
export function statusOf(receivedTime: Date, known: TargetStatus | undefined): Status {
  if (known?.target === undefined && known?.case === undefined) return "RECEIVED";
  const closed = closedTime(known);
  if (closed === undefined) return "BEING_HANDLED";
  return closed >= receivedTime ? "CLOSED" : "RECEIVED";
}

/** The report's status is the least advanced of its targets. */
export function leastAdvanced(statuses: readonly Status[]): Status {
  return (["RECEIVED", "BEING_HANDLED"] as const).find((status) => statuses.includes(status)) ?? "CLOSED";
}

function closedTime({ target, case: decided }: TargetStatus): Date | undefined {
  if (decided?.verdict === undefined) return undefined;
  // A newer episode than the decided one: the material is back, and its case is still to come.
  if (target !== undefined && target.episode > decided.episode) return undefined;
  if (decided.verdict !== "ILLEGAL") return decided.time;
  if (target === undefined || !target.over) return undefined;
  // The person knew better: what machines said before does not close it, only what they say afterwards.
  if (decided.despiteGoneTime !== undefined && target.time <= decided.despiteGoneTime) return undefined;
  return target.time > decided.time ? target.time : decided.time;
}
