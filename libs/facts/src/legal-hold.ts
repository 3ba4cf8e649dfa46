import type { Case } from "@ntd/proto/casework/v1/case";

/** Whether a case is evidence for police or a court now: what is sealed of it is kept, by whoever hears of it. */
export function isUnderLegalHold({ legalHold }: Pick<Case, "legalHold">): boolean {
  return legalHold !== undefined && legalHold.liftedTime === undefined;
}
