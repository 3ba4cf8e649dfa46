/** What an answer opens: its address, words alone, or nothing. */
export function openedIn({ url, words }: { url: string; words: readonly string[] }): "address" | "words" | undefined {
  if (url !== "") return "address";
  return words.some((text) => text !== "") ? "words" : undefined;
}
