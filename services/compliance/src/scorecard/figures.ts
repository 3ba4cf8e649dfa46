import { outcomeToNumber, type Outcome } from "@ntd/proto/takedown/v1/notice";
import { standingNumber, type NoticeNumbers } from "./notice-numbers.ts";
import { removals } from "../timelines/timeline.ts";

const OPEN = standingNumber("open");
const GONE = standingNumber("gone");
const GONE_BEFORE_OFFER = standingNumber("gone before offer");
const WITHDRAWN = standingNumber("withdrawn");
const REMOVALS: ReadonlySet<number> = new Set(removals.map(outcomeToNumber));

/** Over whom a time is taken. */
export const POPULATION =
  "Over all issued, open ones counted as not yet there, without those gone before offer and those withdrawn. " +
  "Nearest rank; not reached where open ones prevent it or nothing was issued.";

export const shares = [
  { word: "median", share: 0.5, sentence: "Median" },
  { word: "p90", share: 0.9, sentence: "90th percentile" },
] as const;

export interface Count {
  name: string;
  definition: string;
  when: (n: NoticeNumbers) => boolean;
}

function answered(word: string, outcome: Outcome, said: string): Count {
  const number = outcomeToNumber(outcome);
  return {
    name: `answered_${word}`,
    definition: `Issued ones whose provider's standing answer is that ${said}. A claim, not an observation.`,
    when: (n) => n.outcome === number,
  };
}

export const counts: readonly Count[] = [
  {
    name: "issued",
    definition:
      "Notices issued in the range, each of their targets counted. The sum of observed_gone, gone_before_offer, withdrawn and open.",
    when: () => true,
  },
  {
    name: "acknowledged",
    definition: "Issued ones that the provider acknowledged; an answer implies it.",
    when: (n) => !Number.isNaN(n.acknowledged),
  },
  answered("removed", "OUTCOME_REMOVED", "it removed the material"),
  answered("access_disabled", "OUTCOME_ACCESS_DISABLED", "it disabled access to the material"),
  answered("blocked", "OUTCOME_BLOCKED", "it blocked the way to the material in its network"),
  answered("already_gone", "OUTCOME_ALREADY_GONE", "the material was already gone"),
  answered("not_hosted_here", "OUTCOME_NOT_HOSTED_HERE", "it does not host the material"),
  answered("cannot_comply", "OUTCOME_CANNOT_COMPLY", "it cannot comply"),
  answered("disputed", "OUTCOME_DISPUTED", "it disputes the notice"),
  {
    name: "claimed_removed",
    definition:
      "Issued ones whose provider's standing answer is removed, access disabled or blocked, whatever was seen.",
    when: claimsRemoval,
  },
  {
    name: "observed_gone",
    definition:
      "Issued ones that the platform itself found gone after they were first offered: a miss in slots_required distinct time slots.",
    when: (n) => n.standing === GONE,
  },
  {
    name: "gone_before_offer",
    definition:
      "Issued ones that the platform found gone before the provider could have had the notice. Not counted as removals and left out of every time.",
    when: (n) => n.standing === GONE_BEFORE_OFFER,
  },
  {
    name: "withdrawn",
    definition: "Issued ones that were taken back. Left out of every time.",
    when: (n) => n.standing === WITHDRAWN,
  },
  {
    name: "claimed_still_present",
    definition:
      "Open ones whose provider answered that the material is removed, disabled, blocked or already gone, and which the platform saw after that answer.",
    when: (n) => n.claimedStillPresent === 1,
  },
  {
    name: "open",
    definition: "Issued ones that the platform has not found gone by as_of_time and that were not withdrawn.",
    when: (n) => n.standing === OPEN,
  },
];

export interface Time {
  /** `{share}` stands for median or p90. */
  name: string;
  definition: string;
  /** Default: when the notice was issued. NaN: unknown, counted as not yet there. */
  startsAt?: (n: NoticeNumbers) => number;
  /** NaN: not yet there. */
  endsAt: (n: NoticeNumbers) => number;
}

export const times: readonly Time[] = [
  {
    name: "acknowledgement_time_{share}",
    definition: "the time from issue to the provider's acknowledgement.",
    endsAt: (n) => n.acknowledged,
  },
  {
    name: "claimed_removal_time_{share}",
    definition: "the time from issue to the provider's standing claim that it removed, disabled or blocked.",
    endsAt: (n) => (claimsRemoval(n) ? n.answered : NaN),
  },
  {
    name: "observed_removal_time_{share}",
    definition:
      "the time from issue to the first probe that found the material gone: the upper bound, and the headline.",
    endsAt: goneTime,
  },
  {
    name: "observed_removal_time_{share}_lower_bound",
    definition:
      "the time from issue to the last probe that still saw what was later found gone (0 if that was earlier).",
    endsAt: (n) => (n.standing !== GONE ? NaN : Number.isNaN(n.lastSeen) ? n.issued : n.lastSeen),
  },
  {
    name: "report_to_removal_time_{share}",
    definition: "the time from the first report to the first probe that found the material gone.",
    startsAt: (n) => n.reported,
    endsAt: goneTime,
  },
];

function goneTime(n: NoticeNumbers): number {
  return n.standing === GONE ? n.gone : NaN;
}

function claimsRemoval({ outcome }: NoticeNumbers): boolean {
  return REMOVALS.has(outcome);
}

/** Whether times are taken of it: nobody removed it because of the notice otherwise. */
export function isTimed({ standing }: NoticeNumbers): boolean {
  return standing === OPEN || standing === GONE;
}
