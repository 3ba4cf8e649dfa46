import type { ReadingKind } from "@ntd/host";

/** What an answer opens: its address, words alone, what was decided alone, or nothing. */
export function openedIn({ url = "", words, isDecided = false }: Opening): ReadingKind | undefined {
  if (url !== "") return "address";
  if (words.some((text) => text !== "")) return "words";
  return isDecided ? "decision" : undefined;
}

interface Opening {
  url?: string;
  words: readonly string[];
  /** It shows a decision. */
  isDecided?: boolean;
}
