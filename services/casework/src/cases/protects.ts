import type { CaseFile } from "./case.ts";

/**
 * Whether a case keeps something back or took something back: what may not be forgotten when an older backup is restored.
 */
export function protects(file: CaseFile): boolean {
  const { holds, stay, legalHold, doubt, doubtedTime, confirmations, reopenings, decisions, undone } = file;
  const keepsBack = [holds, stay, legalHold].some((one) => one !== undefined);
  const isDoubted = [doubt, doubtedTime].some((one) => one !== undefined);
  // A later decision takes back the one before.
  const takesBack = decisions.length > 1 || [confirmations, reopenings, undone].some((some) => (some ?? []).length > 0);
  return keepsBack || isDoubted || takesBack;
}
