import { isSamePerson, PERSONS, type Step } from "@ntd/facts";

/** Who proposed a step that takes two persons, and when. */
export interface FirstWord {
  by: string;
  time: Date;
}

const OPEN_MS = 7 * 24 * 3_600_000;

/** What `person`'s word for a step does beside the first one, which waits seven days for it. */
export function effectOf(
  step: Step,
  first: FirstWord | undefined,
  person: string,
  now: Date,
): "done" | "waits" | "same person" {
  if (PERSONS[step] === 1) return "done";
  if (first === undefined || now.getTime() >= first.time.getTime() + OPEN_MS) return "waits";
  return isSamePerson(first.by, person) ? "same person" : "done";
}
