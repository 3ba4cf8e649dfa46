import type { Count } from "./counts.ts";
import type { Population } from "./figures.ts";
import { isMarked, type Mark, type NoticeNumbers } from "./notice-numbers.ts";

// What these say is said of whoever decides, never of a provider.

const marked = (mark: Mark) => (n: NoticeNumbers) => isMarked(n, mark);

function among(name: string, mark: Mark, definition: string): Count {
  return { name, definition, when: marked(mark) };
}

/** Of all that were issued. */
export const doubtCounts: readonly Count[] = [
  among("offered", "offered", "Issued ones that were sent to their provider, whatever became of them."),
  among(
    "suspension_lapsed",
    "lapsed",
    "Issued ones that were suspended at least once until time ran out, since nobody confirmed the doubt.",
  ),
];

/** Of those that were withdrawn after they had been offered. */
const reversalCounts: readonly Count[] = [
  among(
    "withdrawn_after_offer",
    "reversed",
    "Offered ones that a later decision withdrew: a decision that was wrong, or is not held any more. Counted against the authority.",
  ),
  among(
    "restore_withheld",
    "restoreWithheld",
    "Of withdrawn_after_offer, those where nobody is asked to restore: another decision in force asks the same provider to keep the same address down.",
  ),
  among(
    "to_restore",
    "toRestore",
    "Of withdrawn_after_offer without restore_withheld, those whose material was found gone: it is to be there again.",
  ),
  among(
    "restored",
    "restored",
    "Of withdrawn_after_offer, those whose material was gone or missed, and was seen there again.",
  ),
  among(
    "cannot_restore",
    "cannotRestore",
    "Of withdrawn_after_offer, those whose provider's standing answer is that it cannot restore. A claim, not an observation.",
  ),
];

/** One count as a share of another. */
export interface Rate {
  name: string;
  definition: string;
  of: string;
  among: string;
}

export const rates: readonly Rate[] = [
  {
    name: "reversal_rate",
    definition: "The share of withdrawn_after_offer in offered; not reached where nothing was offered.",
    of: "withdrawn_after_offer",
    among: "offered",
  },
];

export const TAKEN_BACK = "decisions taken back";

const RANK = "Nearest rank.";

export const reversals: readonly Population[] = [
  {
    group: TAKEN_BACK,
    definition: `Over withdrawn_after_offer. ${RANK} Not reached where there is none.`,
    over: marked("reversed"),
    counts: reversalCounts,
    times: [
      {
        name: "decision_to_withdrawal_time_{share}",
        definition: "the time from the decision to the one that withdrew it.",
        startsAt: () => 0,
        endsAt: (n) => n.withdrawnAfter,
      },
    ],
  },
  {
    group: TAKEN_BACK,
    definition: `Over to_restore, those that were not seen again counted as not yet there, also where the provider cannot restore. ${RANK} Not reached where they prevent it or there is none.`,
    over: marked("toRestore"),
    counts: [],
    times: [
      {
        name: "restoration_time_{share}",
        definition: "the time from the withdrawal to the first sighting of the material there.",
        startsAt: () => 0,
        endsAt: (n) => n.restoredAfter,
      },
    ],
  },
];
