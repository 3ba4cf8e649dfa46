import { isSamePerson, PERSONS, type Step } from "@ntd/facts";

/** Who proposed a step that takes two persons, and when. */
export interface FirstWord {
  by: string;
  time: Date;
}

const OPEN_MS = 7 * 24 * 3_600_000;

/** What `person`'s word for a step does beside the first one, which waits for it: seven days if nothing else is said. */
export function effectOf(
  step: Step,
  first: FirstWord | undefined,
  person: string,
  now: Date,
  openMs = OPEN_MS,
): "done" | "waits" | "same person" {
  if (PERSONS[step] === 1) return "done";
  if (first === undefined || now.getTime() >= first.time.getTime() + openMs) return "waits";
  return isSamePerson(first.by, person) ? "same person" : "done";
}
