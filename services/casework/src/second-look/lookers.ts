import { isSamePerson } from "@ntd/facts";
import type { Caller } from "@ntd/rpc";
import type { CaseFile } from "../cases/case.ts";
import { samePerson, wrongState, type Refusal } from "../refusal.ts";
import { isUnseenBy } from "./look-message.ts";
import { openLook } from "./second-look.ts";

/**
 * Why `person` may not take the look that the case waits for; undefined where they may, or it waits for none. Nobody looks
 * at what they decided. A disagreement is for a supervisor who is neither of the two; where none is left, for any third
 * assessor. A supervisor does not look second where no other one would be left to settle it.
 */
export function refusedLooker(file: CaseFile, person: string, supervisors: readonly string[]): Refusal | undefined {
  const look = openLook(file);
  if (look === undefined) return undefined;
  const { first, other } = look;
  if (isSamePerson(first.decidedBy, person)) return other === undefined ? SAME_PERSON : ONE_OF_TWO;
  const free = supervisors.filter((name) => !isNamed(first.decidedBy, name));
  if (other === undefined) {
    const others = free.filter((name) => !isNamed(person, name));
    return others.length === 0 && others.length < free.length ? LAST_SUPERVISOR : undefined;
  }
  if (isSamePerson(other.decidedBy, person)) return ONE_OF_TWO;
  const neither = free.filter((name) => !isNamed(other.decidedBy, name));
  return neither.length === 0 || neither.some((name) => isNamed(person, name)) ? undefined : FOR_SUPERVISORS;
}

/** Whether a person is one of those who decide where two disagree, and what waits for one of them. */
export function isSupervisor(person: string, supervisors: readonly string[]): boolean {
  return supervisors.some((name) => isNamed(person, name));
}

/** The refusal of what would tell `caller`, who may look second, by its words what was decided; undefined for others. */
export function refusedBlind(file: CaseFile, caller: Caller): Refusal | undefined {
  return openLook(file) !== undefined && isUnseenBy(file, caller) ? FOR_LOOKERS : undefined;
}

function isNamed(person: string, name: string): boolean {
  return isSamePerson(person, `assessor/${name}`);
}

const SAME_PERSON = samePerson("You decided it. Another person does so now, without knowing what you decided.");

const ONE_OF_TWO = samePerson(
  "You are one of the two who disagree. A supervisor who is neither of them decides; where none is, any third assessor.",
);

const LAST_SUPERVISOR = wrongState(
  "You would be the last supervisor who could settle a disagreement. Leave it to another assessor.",
);

const FOR_LOOKERS = wrongState(
  "It waits for a second look: claim it and decide. Who decided may undo it until it is told.",
);

const FOR_SUPERVISORS = wrongState("Two persons disagree. It waits for a supervisor who is neither of them.");
