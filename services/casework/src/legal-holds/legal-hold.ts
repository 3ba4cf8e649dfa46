import type { LegalHold as PublishedHold } from "@ntd/proto/casework/v1/case";
import type { Sealed } from "@ntd/proto/common/v1/common";
import type { CaseFile } from "../cases/case.ts";
import { samePerson, wrongState, type Refusal } from "../refusal.ts";
import { effectOf, type FirstWord } from "../second-person.ts";

/** Why a case is kept beyond all periods, from the first word to the end. */
export interface LegalHold {
  reason: Sealed;
  set: FirstWord;
  liftReason?: Sealed;
  liftProposed?: FirstWord;
  lifted?: FirstWord;
}

/** Whether the case is evidence now. */
export function isKept({ legalHold }: Pick<CaseFile, "legalHold">): boolean {
  return legalHold !== undefined && legalHold.lifted === undefined;
}

/** One person's word: what is kept in vain does no harm, and what is erased does not come back. */
export function withLegalHold(file: CaseFile, reason: Sealed, word: FirstWord): CaseFile | Refusal {
  if (isKept(file)) return wrongState("It is under a legal hold already.");
  return { ...file, legalHold: { reason, set: word } };
}

/** Its end takes two persons. */
export function liftedLegalHold(file: CaseFile, liftReason: Sealed, word: FirstWord): CaseFile | Refusal {
  const { legalHold } = file;
  if (legalHold === undefined || !isKept(file)) return wrongState("It is under no legal hold.");
  const effect = effectOf("lift_legal_hold", legalHold.liftProposed, word.by, word.time);
  if (effect === "same person") {
    return samePerson("This takes a second person: you said it first, under whatever kind of identity.");
  }
  if (effect === "waits") return { ...file, legalHold: { ...legalHold, liftReason, liftProposed: word } };
  return { ...file, legalHold: { ...legalHold, liftReason: legalHold.liftReason ?? liftReason, lifted: word } };
}

/** As others hear of it: when, never why or who. */
export function publishedLegalHold({ set, lifted }: LegalHold): PublishedHold {
  return { sinceTime: set.time, liftedTime: lifted?.time };
}
