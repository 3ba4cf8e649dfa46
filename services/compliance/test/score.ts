import { columnsOf, numbersOf } from "../src/scorecard/notice-numbers.ts";
import { scorecard as inSteps, type Scorecard } from "../src/scorecard/scorecard.ts";
import type { NoticeTimes } from "../src/timelines/timeline.ts";
import { at } from "./examples.ts";

/** Seconds after issue at which the figures are taken. */
const AS_OF = 1000;

/** The cohort in parts of three: no figure may depend on where a part ends. */
export function scorecard(cohort: readonly NoticeTimes[]): Scorecard {
  const numbers = cohort.map(numbersOf);
  const parts = Array.from({ length: Math.ceil(cohort.length / 3) }, (_, i) => numbers.slice(3 * i, 3 * i + 3));
  const steps = inSteps(parts.map(columnsOf), at(AS_OF).getTime());
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** Figures by their names: counts, shares, and times in seconds. */
export function values(cohort: readonly NoticeTimes[]): Record<string, number | "not reached"> {
  const entries = scorecard(cohort).figures.map(({ name, value }) => {
    if (value.kind === "not reached") return [name, "not reached"] as const;
    if (value.kind === "share") return [name, value.share] as const;
    return [name, value.kind === "count" ? value.count : value.ms / 1000] as const;
  });
  return Object.fromEntries(entries);
}
