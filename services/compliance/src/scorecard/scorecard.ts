import type { Outcome } from "@ntd/proto/takedown/v1/notice";
import { percentile } from "./percentile.ts";
import { claimsRemoval, type NoticeTimes } from "../timelines/timeline.ts";

export type FigureValue = { kind: "count"; count: number } | { kind: "time"; ms: number } | { kind: "not reached" };

/** A figure, what it means, and its value. */
export interface ScoreFigure {
  name: string;
  definition: string;
  value: FigureValue;
}

/** Every figure over a cohort: one `NoticeTimes` for each notice and target that was issued in the range. */
export function scorecard(cohort: readonly NoticeTimes[]): ScoreFigure[] {
  const counted = cohort.filter((n) => n.standing !== "gone before offer" && n.standing !== "withdrawn");
  return [
    ...counts.map(({ name, definition, when }) => ({
      name,
      definition,
      value: { kind: "count", count: cohort.filter(when).length } as const,
    })),
    ...times.flatMap(({ name, definition, endsAt, startsAt }) => {
      const values = counted.map((n) => milliseconds(startsAt?.(n) ?? n.issuedTime, endsAt(n)));
      return shares.map(({ word, share, sentence }) => ({
        name: name.replace("{share}", word),
        definition: `${sentence} of ${definition} ${POPULATION}`,
        value: timeValue(percentile(values, share)),
      }));
    }),
  ];
}

const POPULATION =
  "Over all issued, open ones counted as not yet there, without those gone before offer and those withdrawn. " +
  "Nearest rank; not reached where open ones prevent it or nothing was issued.";

const shares = [
  { word: "median", share: 0.5, sentence: "Median" },
  { word: "p90", share: 0.9, sentence: "90th percentile" },
] as const;

interface Count {
  name: string;
  definition: string;
  when: (n: NoticeTimes) => boolean;
}

const answered = (word: string, outcome: Outcome, said: string): Count => ({
  name: `answered_${word}`,
  definition: `Issued ones whose provider's standing answer is that ${said}. A claim, not an observation.`,
  when: (n) => n.answer?.outcome === outcome,
});

const counts: readonly Count[] = [
  {
    name: "issued",
    definition:
      "Notices issued in the range, each of their targets counted. The sum of observed_gone, gone_before_offer, withdrawn and open.",
    when: () => true,
  },
  {
    name: "acknowledged",
    definition: "Issued ones that the provider acknowledged; an answer implies it.",
    when: (n) => n.acknowledgedTime !== undefined,
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
    when: (n) => n.answer !== undefined && claimsRemoval(n.answer.outcome),
  },
  {
    name: "observed_gone",
    definition:
      "Issued ones that the platform itself found gone after they were first offered: a miss in slots_required distinct time slots.",
    when: (n) => n.standing === "gone",
  },
  {
    name: "gone_before_offer",
    definition:
      "Issued ones that the platform found gone before the provider could have had the notice. Not counted as removals and left out of every time.",
    when: (n) => n.standing === "gone before offer",
  },
  {
    name: "withdrawn",
    definition: "Issued ones that were taken back. Left out of every time.",
    when: (n) => n.standing === "withdrawn",
  },
  {
    name: "claimed_still_present",
    definition:
      "Open ones whose provider answered that the material is removed, disabled, blocked or already gone, and which the platform saw after that answer.",
    when: (n) => n.claimedStillPresent,
  },
  {
    name: "open",
    definition: "Issued ones that the platform has not found gone by as_of_time and that were not withdrawn.",
    when: (n) => n.standing === "open",
  },
];

interface Time {
  /** `{share}` stands for median or p90. */
  name: string;
  definition: string;
  /** Default: when the notice was issued. Undefined: unknown, counted as not yet there. */
  startsAt?: (n: NoticeTimes) => Date | "unknown";
  endsAt: (n: NoticeTimes) => Date | undefined;
}

const times: readonly Time[] = [
  {
    name: "acknowledgement_time_{share}",
    definition: "the time from issue to the provider's acknowledgement.",
    endsAt: (n) => n.acknowledgedTime,
  },
  {
    name: "claimed_removal_time_{share}",
    definition: "the time from issue to the provider's standing claim that it removed, disabled or blocked.",
    endsAt: (n) => (n.answer !== undefined && claimsRemoval(n.answer.outcome) ? n.answer.time : undefined),
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
    endsAt: (n) => (n.standing === "gone" ? (n.lastSeenTime ?? n.issuedTime) : undefined),
  },
  {
    name: "report_to_removal_time_{share}",
    definition: "the time from the first report to the first probe that found the material gone.",
    startsAt: (n) => n.reportedTime ?? "unknown",
    endsAt: goneTime,
  },
];

function goneTime(n: NoticeTimes): Date | undefined {
  return n.standing === "gone" ? n.goneTime : undefined;
}

function milliseconds(start: Date | "unknown", end: Date | undefined): number {
  if (start === "unknown" || end === undefined) return Infinity;
  return Math.max(0, end.getTime() - start.getTime());
}

function timeValue(ms: number | undefined): FigureValue {
  return ms === undefined ? { kind: "not reached" } : { kind: "time", ms };
}
