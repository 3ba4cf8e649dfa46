import { Problem } from "@ntd/service";

/** Why a person's wish was not granted. */
export interface Refusal {
  refused: "WRONG_STATE" | "EVIDENCE_CHANGED" | "GONE" | "SAME_PERSON" | "DECISION_CHANGED" | "NO_ADDRESS";
  detail: string;
  metadata?: Record<string, string>;
}

export function wrongState(detail: string): Refusal {
  return { refused: "WRONG_STATE", detail };
}

export function samePerson(detail: string): Refusal {
  return { refused: "SAME_PERSON", detail };
}

/** @throws Problem what was refused, for the caller. */
export function granted<T extends object>(wish: T | Refusal): T {
  if (!("refused" in wish)) return wish;
  const { refused, detail, metadata } = wish;
  throw new Problem(refused, detail, metadata && { metadata });
}
