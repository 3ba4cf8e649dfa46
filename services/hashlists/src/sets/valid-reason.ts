import { Problem } from "@ntd/service";

const MAX_REASON = 1000;

/** @throws Problem FIELD_INVALID. */
export function validReason(text: string): string {
  const reason = text.trim();
  if (reason !== "" && reason.length <= MAX_REASON) return reason;
  throw Problem.fields({ field: "reason", description: `must have 1 to ${MAX_REASON} characters` });
}
