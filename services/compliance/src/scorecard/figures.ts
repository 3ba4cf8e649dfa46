import { goneStrengthToNumber } from "@ntd/proto/prober/v1/target";
import { outcomeToNumber, type Outcome } from "@ntd/proto/takedown/v1/notice";
import { isMarked, standingNumber, type Mark, type NoticeNumbers } from "./notice-numbers.ts";
import { removals, type Standing } from "../timelines/timeline.ts";

const OPEN = standingNumber("open");
const GONE = standingNumber("gone");
const ABSENT = goneStrengthToNumber("GONE_STRENGTH_ABSENT");
const REPLACED = goneStrengthToNumber("GONE_STRENGTH_REPLACED");
const SILENCE = goneStrengthToNumber("GONE_STRENGTH_SILENCE_0_2");
const REMOVALS: ReadonlySet<number> = new Set(removals.map(outcomeToNumber));

/** Over whom times are taken, and which; and what is counted of them alone. */
export interface Population {
  definition: string;
  over: (n: NoticeNumbers) => boolean;
  counts: readonly Count[];
  times: readonly Time[];
}

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

function ended(name: string, standing: Standing, definition: string): Count {
  const number = standingNumber(standing);
  return { name, definition, when: ({ ending }) => ending === number };
}

function marked(name: string, mark: Mark, definition: string): Count {
  return { name, definition, when: (n) => n.ending === OPEN && isMarked(n, mark) };
}

export const counts: readonly Count[] = [
  {
    name: "issued",
    definition:
      "Notices issued in the range, each of their targets counted. The sum of observed_gone, gone_by_persons, gone_before_offer, gone_when_sent, not_sent, withdrawn and open.",
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
  answered("restored", "OUTCOME_RESTORED", "it restored what it had taken down, as it was asked to"),
  {
    name: "claimed_removed",
    definition:
      "Issued ones whose provider's standing answer is removed, access disabled or blocked, whatever was seen.",
    when: claimsRemoval,
  },
  {
    name: "observed_gone",
    definition:
      "Issued ones that the platform's own eyes found gone after they were first offered: in slots_required distinct time slots every eye that has a vote found nothing there, or something else. The sum of gone_absent and gone_replaced. Silence, a wall or a challenge is never gone.",
    when: ({ ending }) => ending === GONE,
  },
  {
    name: "gone_absent",
    definition: "Of observed_gone, those where every eye that has a vote found nothing there.",
    when: ({ ending, strength }) => ending === GONE && strength === ABSENT,
  },
  {
    name: "gone_replaced",
    definition: "Of observed_gone, those where at least one eye that has a vote found something else in its place.",
    when: ({ ending, strength }) => ending === GONE && strength === REPLACED,
  },
  {
    name: "gone_single_vantage",
    definition:
      "Of observed_gone, those where every eye that has a vote leaves by one network: an address that shows that network something else cannot be told from one that is gone.",
    when: (n) => n.ending === GONE && isMarked(n, "singleVantage"),
  },
  ended(
    "gone_by_persons",
    "gone by persons",
    "Issued ones that two persons saw gone after they were first offered, and the platform's own eyes did not. Not counted as observed and left out of every time.",
  ),
  ended(
    "gone_before_offer",
    "gone before offer",
    "Issued ones that a machine decided and where the platform's own eyes found nothing before the provider could have had the notice. Not counted as removals and left out of every time.",
  ),
  ended(
    "gone_when_sent",
    "gone when sent",
    "Issued ones that the platform's own eyes or two persons called gone before they were first offered, and that leave or left all the same: a person decided them, or something else is in its place. Not counted as removals and left out of every time.",
  ),
  ended(
    "not_sent",
    "not sent",
    "Issued ones that were closed before they were first offered, for another reason than that nothing was there: the decision was changed, or something else was in its place. Left out of every time.",
  ),
  ended(
    "withdrawn",
    "withdrawn",
    "Issued ones that were taken back: they count against no provider. Left out of every time of theirs.",
  ),
  marked(
    "claimed_still_present",
    "claimedStillPresent",
    "Open ones whose provider answered that the material is removed, disabled, blocked or already gone, and which the platform saw after that answer.",
  ),
  {
    name: "open",
    definition: "Issued ones that by as_of_time are not found gone, not closed unsent and not withdrawn.",
    when: ({ ending }) => ending === OPEN,
  },
  marked(
    "not_observable",
    "notObservable",
    "Open ones where for a day on end no eye could tell whether the material is there (refused, walled, broken, timed out), or nobody looks any more. Neither gone nor present: a person is asked.",
  ),
  {
    name: "gone_silence_0_2",
    definition:
      "Of not_observable, those that release 0.2 called gone after a day of silence. That is no observation, so they are open.",
    when: ({ ending, strength }) => ending === OPEN && strength === SILENCE,
  },
  marked(
    "suspended",
    "suspended",
    "Open ones whose decision is in doubt, so that the provider is told to wait: its clock stands still.",
  ),
  marked(
    "cloaked",
    "cloaked",
    "Open ones where some eyes see the material while others are shown something else. Still present.",
  ),
  marked(
    "restricted_here",
    "restrictedHere",
    "Open ones that are gone for the eyes of this country alone, and not abroad. Still present, never a removal.",
  ),
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

const CLOCK = "By the provider's clock, which stands still while the notice is suspended.";

const times: readonly Time[] = [
  {
    name: "acknowledgement_time_{share}",
    definition: `the time from issue to the provider's acknowledgement. ${CLOCK}`,
    endsAt: (n) => n.acknowledged,
  },
  {
    name: "claimed_removal_time_{share}",
    definition: `the time from issue to the provider's standing claim that it removed, disabled or blocked. ${CLOCK}`,
    endsAt: (n) => (claimsRemoval(n) ? n.answered : NaN),
  },
  {
    name: "observed_removal_time_{share}",
    definition: `the time from issue to the first probe that found the material gone: the upper bound, and the headline. ${CLOCK}`,
    endsAt: goneOnClock,
  },
  {
    name: "observed_removal_time_{share}_lower_bound",
    definition: `the time from issue to the last probe that still saw what was later found gone (0 if that was earlier). ${CLOCK}`,
    endsAt: (n) => (n.ending !== GONE ? NaN : Number.isNaN(n.lastSeen) ? n.issued : n.lastSeen),
  },
  {
    name: "report_to_removal_time_{share}",
    definition: "the time from the first report to the first probe that found the material gone, suspended or not.",
    startsAt: (n) => n.reported,
    endsAt: goneTime,
  },
];

/** What providers are measured by. */
export const providers: Population = {
  definition:
    "Over all issued, open ones counted as not yet there, those that cannot be observed or are suspended among them; " +
    "without those gone before offer, gone when sent, gone by persons, not sent and withdrawn. Nearest rank; not " +
    "reached where open ones prevent it or nothing was issued.",
  over: isTimed,
  counts: [],
  times,
};

/** The headline's time where what cannot be observed is left out from then on. */
export const CENSORED = {
  name: "observed_removal_time_{share}_censored",
  definition:
    "the time from issue to the first probe that found the material gone, by the estimate of Kaplan and Meier: open ones " +
    "are watched until as_of_time, those that cannot be observed until the last look that could see, suspended ones " +
    "until that began, and none of them says anything of what comes later. Over the same as the headline, and never above it.",
};

/** How long the removal took, in ms; NaN: not removed yet. */
export function removedAfter(n: NoticeNumbers): number {
  return Math.max(0, goneOnClock(n) - n.issued);
}

/** How long one that is not removed was watched, in ms. */
export function watchedFor(n: NoticeNumbers, asOf: number): number {
  const isCut = isMarked(n, "notObservable") || isMarked(n, "suspended");
  const until = isCut ? n.watchedUntil : asOf;
  return Number.isNaN(until) ? 0 : Math.max(0, until - n.paused - n.issued);
}

function goneTime(n: NoticeNumbers): number {
  return n.ending === GONE ? n.gone : NaN;
}

function goneOnClock(n: NoticeNumbers): number {
  return goneTime(n) - n.paused;
}

function claimsRemoval({ outcome }: NoticeNumbers): boolean {
  return REMOVALS.has(outcome);
}

// Nobody removed the others because of the notice.
function isTimed({ ending }: NoticeNumbers): boolean {
  return ending === OPEN || ending === GONE;
}
