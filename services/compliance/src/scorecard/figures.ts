import { claimsRemoval, type Count } from "./counts.ts";
import { isMarked, standingNumber, type NoticeNumbers } from "./notice-numbers.ts";

const OPEN = standingNumber("open");
const GONE = standingNumber("gone");

/** Over whom times are taken, and which; and what is counted of them alone. */
export interface Population {
  group: string;
  definition: string;
  over: (n: NoticeNumbers) => boolean;
  counts: readonly Count[];
  times: readonly Time[];
}

export const shares = [
  { word: "median", share: 0.5, sentence: "Median" },
  { word: "p90", share: 0.9, sentence: "90th percentile" },
] as const;

export interface Time {
  /** `{share}` stands for median or p90. */
  name: string;
  definition: string;
  /** Default: when the notice was issued. NaN: unknown, counted as not yet there. */
  startsAt?: (n: NoticeNumbers) => number;
  /** NaN: not yet there. */
  endsAt: (n: NoticeNumbers) => number;
}

const CLOCK =
  "By the provider's clock, which stands still while the notice is suspended, and while a hold keeps it back unsent.";

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
];

/** What those wait whose picture it is. Nothing stops it. */
const waits: readonly Time[] = [
  {
    name: "report_to_removal_time_{share}",
    definition:
      "the time from the first report to the first probe that found the material gone, held or suspended or not.",
    startsAt: (n) => n.reported,
    endsAt: goneTime,
  },
  {
    name: "decision_to_removal_time_{share}",
    definition: "the time from the decision to the first probe that found the material gone, held or suspended or not.",
    startsAt: (n) => n.decided,
    endsAt: goneTime,
  },
];

const OPEN_ONES =
  "open ones counted as not yet there, those that cannot be observed or are suspended among them; " +
  "without those gone before offer, gone when sent, gone by persons, not sent and withdrawn. Nearest rank; not " +
  "reached where open ones prevent it or nothing was issued.";

/** What providers are measured by. */
export const providers: Population = {
  group: "times of providers",
  definition: `Over all issued but those that a hold keeps back, ${OPEN_ONES}`,
  over: (n) => isTimed(n) && n.keptBack === 0,
  counts: [],
  times,
};

/** The headline of one kind of request alone: to edit a page is other work than to delete a file. */
function removalOf(kind: "files" | "pages", page: 0 | 1, asked: string): Population {
  return {
    group: providers.group,
    definition: `Over those that ask ${asked}, else as the headline, which is over both.`,
    over: (n) => providers.over(n) && n.page === page,
    counts: [],
    times: [
      {
        name: `observed_removal_time_{share}_of_${kind}`,
        definition: `the time from issue to the first probe that found the material gone. ${CLOCK}`,
        endsAt: goneOnClock,
      },
    ],
  };
}

/** By what is asked for. */
export const byRequest: readonly Population[] = [
  removalOf("files", 0, "for the removal of a file or of a whole page"),
  removalOf("pages", 1, "to take out of a page what is embedded in it (issued_of_pages)"),
];

/** What the whole chain is measured by. */
export const chain: Population = {
  group: "times of the whole chain",
  definition: `Over all issued, those that a hold keeps back too, ${OPEN_ONES}`,
  over: isTimed,
  counts: [],
  times: waits,
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

// Nobody removed the others because of the notice.
function isTimed({ ending }: NoticeNumbers): boolean {
  return ending === OPEN || ending === GONE;
}
