import { Problem } from "@ntd/service";

const MAX_REASON = 1000;

/** @throws Problem FIELD_INVALID when nobody says why. */
export function validReason(text: string): string {
  const reason = text.trim();
  if (reason === "" || reason.length > MAX_REASON) {
    throw Problem.fields({ field: "reason", description: `is not 1 to ${MAX_REASON} characters; say why` });
  }
  return reason;
}
