import type { Count } from "./counts.ts";
import { isMarked, PRESERVATIONS, type NoticeNumbers } from "./notice-numbers.ts";

const asked = (n: NoticeNumbers) => n.preservation > 0;

function kept(name: string, word: (typeof PRESERVATIONS)[number], definition: string): Count {
  const place = PRESERVATIONS.indexOf(word);
  return { name, definition, when: (n) => n.preservation === place && isMarked(n, "offered") };
}

/** What is kept for police and courts. */
export const preservation: readonly Count[] = [
  {
    name: "asked_to_preserve",
    definition:
      "Offered ones that ask to keep what is removed for police and courts. The sum of preserved, cannot_preserve and preservation_not_answered.",
    when: (n) => asked(n) && isMarked(n, "offered"),
  },
  kept(
    "preserved",
    "preserved",
    "Of asked_to_preserve, those whose provider's newest word is that it keeps it. A claim.",
  ),
  kept(
    "cannot_preserve",
    "cannot preserve",
    "Of asked_to_preserve, those whose provider's newest word is that it cannot.",
  ),
  kept("preservation_not_answered", "not answered", "Of asked_to_preserve, those without a word on it."),
];
