import type { Sealed } from "@ntd/proto/common/v1/common";
import type { CaseFile } from "../cases/case.ts";
import { inDoubt, publishedDoubt, toldIllegal, withoutWord } from "../doubts/doubt.ts";
import { samePerson, wrongState, type Refusal } from "../refusal.ts";
import { effectOf, type FirstWord } from "../second-person.ts";

/** A court's or tribunal's stay, from its first typing to its end. */
export interface Stay {
  court: string;
  reference: string;
  reason: Sealed;
  proposed: FirstWord;
  set?: FirstWord;
  liftReason?: Sealed;
  liftProposed?: FirstWord;
  lifted?: FirstWord;
}

const CAUSE = "DOUBT_CAUSE_STAY";

/** Whether a stay is in force. A withdrawal ends it: what it stayed is taken back. */
export function isStayed(file: CaseFile): boolean {
  return publishedDoubt(file)?.lasting === true;
}

/** One person's word for a stay; a second person's for the same court and reference puts what is told in doubt. */
export function stayed(
  file: CaseFile,
  { court, reference, reason }: Pick<Stay, "court" | "reference" | "reason">,
  word: FirstWord,
): CaseFile | Refusal {
  if (isStayed(file)) return wrongState("It is stayed already. Lift that stay first.");
  if (toldIllegal(file) === undefined) return wrongState('No "illegal" of it is told: there is nothing to stay.');
  const open = file.stay?.set === undefined ? file.stay : undefined;
  const first = open?.court === court && open.reference === reference ? open : undefined;
  const effect = effectOf("stay_decision", first?.proposed, word.by, word.time);
  if (effect === "same person") return SAME_PERSON;
  const proposed = first ?? { court, reference, reason, proposed: word };
  if (effect === "waits") return { ...file, stay: { ...proposed, reason, proposed: word } };
  const by = [...new Set([proposed.proposed.by, word.by])].toSorted();
  return inDoubt({ ...file, stay: { ...proposed, set: word } }, { cause: CAUSE, by, now: word.time });
}

/** The same for its end. What else is said against the decision stays. */
export function liftedStay(file: CaseFile, liftReason: Sealed, word: FirstWord): CaseFile | Refusal {
  const { stay } = file;
  if (stay === undefined || !isStayed(file)) return wrongState("It is not stayed.");
  const effect = effectOf("lift_stay", stay.liftProposed, word.by, word.time);
  if (effect === "same person") return SAME_PERSON;
  if (effect === "waits") return { ...file, stay: { ...stay, liftReason, liftProposed: word } };
  const reason = stay.liftReason ?? liftReason;
  return withoutWord({ ...file, stay: { ...stay, liftReason: reason, lifted: word } }, CAUSE);
}

const SAME_PERSON = samePerson("This takes a second person: you typed it first, under whatever kind of identity.");
