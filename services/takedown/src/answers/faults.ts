import type { FieldFault } from "@ntd/service";
import type { Notice } from "../notices/notice.ts";

/** A provider speaks of a revision that it was never sent. */
export function revisionFault(notice: Notice, revision: number): FieldFault | undefined {
  if (revision >= 1 && revision <= notice.revision) return undefined;
  return { field: "revision", description: `${revision} was never sent; the newest is ${notice.revision}` };
}

/** What a word of a provider's own may hold: no address fits in. */
export const WORD = "at most 100 letters, digits and . : # / - _";

export function isWord(text: string): boolean {
  return /^[\w.:#/-]{0,100}$/.test(text) && !text.includes("//");
}
