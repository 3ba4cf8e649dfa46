import type { QueueReason } from "@ntd/proto/casework/v1/case";
import { personsFor } from "@ntd/facts";
import { decidingHits } from "../policies/policy.ts";
import type { CaseFile } from "../cases/case.ts";
import { isLifeAtRisk } from "../cases/life-at-risk.ts";
import type { LookKind } from "./second-look.ts";

/** What is looked at a second time. */
export interface LookRules {
  /** Of decisions that no rule sends before; "none": nothing at all is looked at a second time. */
  kind: LookKind | "none";
  /** Of 100 decisions, with "sampled". */
  samplePercent: number;
  /** So many decisions of a person are their first ones. */
  first: number;
  /** How long a look may take. */
  dueMs: number;
}

/** What is known of a person's decision beside the case. */
export interface Circumstances {
  /** The assessor says that ages or the picture are in doubt. */
  inDoubt: boolean;
  /** The address is a whole host's. */
  isWholeHost: boolean;
  /** How many decisions of that person others know of. */
  earlierCount: number;
  /** A breaker has tripped over what that person decided. */
  isStopped: boolean;
  /** Why the case waited for that person, where it did. */
  reason?: QueueReason;
}

/**
 * When another person looks at the decision that the case ends with. Before it is told: "illegal" where it is in doubt, for
 * a whole host, by somebody who is new, and where a breaker has tripped over the person; but never where life is at
 * risk. None where a hit decides the same by itself, and no breaker has tripped over the person.
 */
export function lookKindOf(file: CaseFile, of: Circumstances, rules: LookRules): LookKind | "none" {
  const decision = file.decisions.at(-1);
  if (decision === undefined || rules.kind === "none") return "none";
  if (isSure(file, of.reason) && !of.isStopped) return "none";
  const isMistrusted = of.isStopped || of.earlierCount < rules.first;
  const isRisky = of.inDoubt || of.isWholeHost || isMistrusted || rules.kind === "before";
  const isForTwo = isRisky && personsFor(["tell_risky_illegal"]) === 2;
  if (decision.verdict === "VERDICT_ILLEGAL" && isForTwo) return isUrgent(file) ? "after" : "before";
  if (rules.kind !== "sampled") return "after";
  return isSampled(decision.decisionId, rules.samplePercent) ? "sampled" : "none";
}

/** Police reported it, or life is at risk by a word that is trusted: nothing waits. */
export function isUrgent(file: CaseFile): boolean {
  return file.reports.police === true || isLifeAtRisk(file, "trusted");
}

/**
 * A hit decides the same by itself. Not where a breaker has stopped what would: that is what a person was asked for; nor
 * where other cases are decided with it, of which the hit says nothing.
 */
export function isSure({ decisions, match, cluster }: CaseFile, reason?: QueueReason): boolean {
  if (reason === "QUEUE_REASON_BREAKER") return false;
  if (cluster !== undefined && cluster.decisionId === decisions.at(-1)?.decisionId) return false;
  return decisions.at(-1)?.verdict === "VERDICT_ILLEGAL" && decidingHits(match?.hits ?? []).length > 0;
}

/** The same for all time, and evenly over ids, which are digests. */
function isSampled(decisionId: string, percent: number): boolean {
  return Number.parseInt(decisionId.slice(0, 8), 16) % 100 < percent;
}

/** Whether the address names nothing but a host. What cannot be read may. */
export function isWholeHost(address: string | undefined): boolean {
  if (address === undefined || !URL.canParse(address)) return true;
  const { pathname, search, hash } = new URL(address);
  return pathname === "/" && search === "" && hash === "";
}
