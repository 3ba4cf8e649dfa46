/** That somebody opened something: never what was opened. */
export interface Reading {
  schemaVersion: 1;
  /** "{kind}/{name}". */
  reader: string;
  kind: ReadingKind;
  /** "" where a complaint meets no case, and of marks. */
  caseId: string;
  /** Of what was said against a decision. */
  reviewId?: string;
  readTime: Date;
}

/** What was opened: an address and what stands beside it, words alone, all that police get, or the same to carry away. */
export type ReadingKind = "address" | "words" | "referral" | "export";

/** What an answer opens: its address, words alone, or nothing. */
export function openedIn({ url, words }: { url: string; words: readonly string[] }): ReadingKind | undefined {
  if (url !== "") return "address";
  return words.some((text) => text !== "") ? "words" : undefined;
}
