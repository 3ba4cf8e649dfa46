import type { Head } from "../fetch/fetch.ts";

/** What is looked at of a page, at most, to tell what it says. */
export const PAGE_BYTES = 256 * 1024;

/** The text of an answer: by its mark, by its header, by what it says itself, else UTF-8 if it can be that. */
export function textOf({ headers }: Pick<Head, "headers">, bytes: Uint8Array, most = PAGE_BYTES): string {
  const opening = bytes.subarray(0, most);
  const start = Buffer.from(opening.subarray(0, 1024)).toString("latin1");
  const mark = start.startsWith("\xff\xfe") ? "utf-16le" : start.startsWith("\xfe\xff") ? "utf-16be" : undefined;
  const said =
    /charset=["']?\s*([\w:.-]+)/i.exec(headers.get("content-type")?.at(-1) ?? "") ??
    /<meta[^>]*charset=["']?\s*([\w:.-]+)/i.exec(start);
  for (const coding of [mark, said?.[1], "utf-8"]) {
    if (coding === undefined) continue;
    try {
      // The last sign may be cut in two.
      return new TextDecoder(coding, { fatal: coding === "utf-8" }).decode(opening, { stream: true });
    } catch {
      // A coding that nobody knows, or another one than it says.
    }
  }
  return new TextDecoder("windows-1252").decode(opening);
}

/** In small letters, with one sort of apostrophe and single spaces. */
export function flat(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[’‘`´]/g, "'")
    .replaceAll(/\s+/g, " ")
    .trim();
}
