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
    name: "issued_of_pages",
    definition:
      "Issued ones that ask to take out of a page what is embedded in it, and to leave the page. The host of what is embedded has a notice of its own, which is not among them.",
    when: ({ page }) => page === 1,
  },
  {
    name: "observed_gone_of_pages",
    definition:
      "Of issued_of_pages, those that are observed_gone: the page no longer shows what it embedded, whether or not that can still be fetched from its own host, or the page is gone.",
    when: ({ page, ending }) => page === 1 && ending === GONE,
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
  {
    name: "kept_back",
    definition:
      "Open ones that are not sent, since a hold for police keeps them back. In no time of a provider; from report and from decision to removal they count as not yet there.",
    when: (n) => n.ending === OPEN && n.keptBack === 1,
  },
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

export function claimsRemoval({ outcome }: NoticeNumbers): boolean {
  return REMOVALS.has(outcome);
}
