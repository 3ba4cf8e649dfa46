import { isByMachine, nameOf } from "@ntd/facts";
import { toldDecisions, type CaseFile } from "../cases/case.ts";
import { asToday } from "../doubts/doubt.ts";
import { isInBulk } from "../absent/absent.ts";

/**
 * The names of who decided the case as others know it: by this a person becomes practised. What was taken over from an
 * earlier episode, made for many cases at once, or withdraws by two words, was not decided from scratch by that person.
 */
export function decidersOf(file: CaseFile): string[] {
  const told = toldDecisions(file);
  const own = file.precedent === undefined ? told : told.slice(1);
  const alone = own.filter(
    (one) =>
      !isByMachine(one) && !isInBulk(one) && one.clusterCaseId === undefined && asToday(one).withdrawsDecisionId === "",
  );
  return [...new Set(alone.map(({ decidedBy }) => nameOf(decidedBy)))];
}
