import { laneFromJSON, laneToNumber, referralCauseFromJSON, referralCauseToNumber } from "@ntd/proto/casework/v1/case";
import { assessmentToNumber } from "@ntd/proto/icse/v1/icse_link_service";
import { packing } from "./packed.ts";
import type { Part } from "./parts.ts";
import { wordOf } from "./word.ts";
import type { CaseView } from "../timelines/case-view.ts";
import { earlier } from "../timelines/earlier.ts";
import type { Held } from "../timelines/held.ts";

/** What is kept of a case for the figures, as columns of its view: times in ms, and two numbers of all that has few values. */
export const CASE_COLUMNS = ["reported", "decided", "referred", "acknowledged", "caseFacts", "holdFacts"] as const;
export type CaseColumn = (typeof CASE_COLUMNS)[number];

const CAUSES = 6;
const LANES = 16;
const facts = packing({
  textOnly: 2,
  lifeAtRisk: 2,
  lane: LANES,
  causes: 2 ** CAUSES,
  feedback: 2,
  withdrawn: 2,
  /** 0: not asked, 1: asked, 2: answered. */
  icse: 4,
  assessment: 8,
});
/** A case has at most 20. */
const HOLDS = 32;
const holds = packing({
  police: HOLDS,
  policeInForce: HOLDS,
  policeExpired: HOLDS,
  policeWaiting: HOLDS,
  first: HOLDS,
  firstInForce: HOLDS,
  firstExpired: HOLDS,
});

export interface CaseRow {
  reported: number;
  /** Its first decision. */
  decided: number;
  referred: number;
  acknowledged: number;
  facts: number;
  holds: number;
}

type CaseFact = Parameters<typeof facts.factOf>[1];
type HoldFact = Parameters<typeof holds.factOf>[1];
export const factOf = (row: CaseRow, name: CaseFact): number => facts.factOf(row.facts, name);
export const holdsOf = (row: CaseRow, name: HoldFact): number => holds.factOf(row.holds, name);

/** Undefined in what earlier releases wrote. */
export function caseColumnsOf({
  decisions,
  reportedTime,
  told,
}: CaseView): Record<CaseColumn, number | undefined> | undefined {
  if (told === undefined) return undefined;
  const { referral, icse, lane = "LANE_UNSPECIFIED" } = told;
  return {
    reported: reportedTime?.getTime(),
    decided: decisions
      .map((d) => d.decidedTime)
      .reduce(earlier, undefined)
      ?.getTime(),
    referred: referral?.referredTime.getTime(),
    acknowledged: referral?.acknowledgedTime?.getTime(),
    caseFacts: facts.pack({
      textOnly: Number(told.textOnly === true),
      lifeAtRisk: Number(told.lifeAtRisk === true),
      lane: laneToNumber(lane),
      causes: (referral?.causes ?? []).reduce((sum, cause) => sum | (1 << referralCauseToNumber(cause)), 0),
      feedback: Number(referral?.outcome !== undefined),
      withdrawn: Number(referral?.withdrawn === true),
      icse: icse === undefined ? 0 : icse.answeredTime === undefined ? 1 : 2,
      assessment: icse?.assessment === undefined ? 0 : assessmentToNumber(icse.assessment),
    }),
    holdFacts: holds.pack(holdCounts(told.holds ?? [])),
  };
}

function holdCounts(all: readonly Held[]) {
  const [police, first] = [all.filter((h) => !h.first), all.filter((h) => h.first)];
  const inForce = (some: readonly Held[]) => some.filter((h) => h.released === undefined).length;
  const expired = (some: readonly Held[]) => some.filter((h) => h.released !== undefined && h.expired).length;
  return {
    police: police.length,
    policeInForce: inForce(police),
    policeExpired: expired(police),
    policeWaiting: police.filter((h) => h.released === undefined && h.waits).length,
    first: first.length,
    firstInForce: inForce(first),
    firstExpired: expired(first),
  };
}

export function caseRow({ columns }: Part<CaseColumn>, at: number): CaseRow {
  return {
    reported: columns.reported[at] ?? NaN,
    decided: columns.decided[at] ?? NaN,
    referred: columns.referred[at] ?? NaN,
    acknowledged: columns.acknowledged[at] ?? NaN,
    facts: columns.caseFacts[at] ?? NaN,
    holds: columns.holdFacts[at] ?? NaN,
  };
}

// Words are made once, not for each of a million.
const LANE_WORDS = Array.from({ length: LANES }, (_, lane) => [wordOf(laneFromJSON(lane), "LANE")]);
const CAUSE_WORDS = Array.from({ length: 2 ** CAUSES }, (_, sum) =>
  bits(sum).map((cause) => wordOf(referralCauseFromJSON(cause), "REFERRAL_CAUSE")),
);

export const laneWords = (row: CaseRow): readonly string[] => LANE_WORDS[factOf(row, "lane")] ?? [];
export const causeWords = (row: CaseRow): readonly string[] => CAUSE_WORDS[factOf(row, "causes")] ?? [];

function bits(sum: number): number[] {
  return Array.from({ length: CAUSES }, (_, bit) => bit).filter((bit) => (sum & (1 << bit)) !== 0);
}

/** What waits now, by which it is counted however long ago it began. */
export function waitingNow({ told }: CaseView): Waiting[] {
  if (told === undefined) return [];
  const inForce = (told.holds ?? []).filter((h) => h.released === undefined);
  const { referral, icse } = told;
  const is: Record<Waiting, boolean> = {
    police_hold: inForce.some((h) => !h.first),
    police_first: inForce.some((h) => h.first),
    supervisor: inForce.some((h) => h.waits),
    referral: referral !== undefined && referral.acknowledgedTime === undefined && !referral.withdrawn,
    icse: icse !== undefined && icse.answeredTime === undefined,
  };
  return (Object.keys(is) as Waiting[]).filter((what) => is[what]);
}

export type Waiting = "police_hold" | "police_first" | "supervisor" | "referral" | "icse";

/** Since when it waits for its first decision; undefined once it has one. */
export function undecidedSince({ decisions, reportedTime, told }: CaseView): Date | undefined {
  return told === undefined || decisions.length > 0 ? undefined : (reportedTime ?? told.openedTime);
}
