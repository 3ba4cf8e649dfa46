import { Problem } from "../problem/problem.ts";
import type { Sealed, Sealer } from "./sealed.ts";

/** What is shown of words or a contact whose key was taken out: it was there, and is gone for good. */
export const ERASED = "[erased]";

/**
 * What somebody wrote, for a person to read; `ERASED` where its key was taken out. One that is still to come is waited for.
 *
 * @throws Problem SEALING_KEY_NEWER, SIGNATURE_INVALID.
 */
export function openWords(sealer: Pick<Sealer, "open">, sealed: Sealed): string {
  try {
    return sealer.open(sealed);
  } catch (error) {
    if (error instanceof Problem && error.reason === "SEALING_KEY_MISSING") return ERASED;
    throw error;
  }
}
