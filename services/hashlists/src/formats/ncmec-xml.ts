import type { ListFormat, ListReader, ListSink } from "./list-format.ts";
import { NcmecPage } from "./ncmec-page.ts";
import { refusedFile } from "./refused-file.ts";

/**
 * NCMEC hash sharing, version 2: an answer to `entries`, or its pages one behind the other. Each member's entry is one of
 * its own, and what another member lists, too, is a vote; what the file itself takes back is not listed.
 */
export const NCMEC_XML: ListFormat = {
  name: "LIST_FORMAT_NCMEC_XML",
  title: "NCMEC hash sharing XML",
  begins: (start) => /^\s*</.test(start) && /<(?:\w+:)?queryResult[\s>]/.test(start),
  reader: (sink) => new PagesReader(sink),
  // Its member, who stands first in it.
  repeats: { voterOf: (sourceId) => sourceId.slice(0, sourceId.indexOf("-")) },
  isOfAbuse: true,
};

/** Behind it another page may begin. */
const END_OF_PAGE = /(?<=<\/(?:\w+:)?queryResult\s*>)/;
/** What could be the beginning of such an end, and is not more. */
const MOST_HELD = 100;

class PagesReader implements ListReader {
  readonly #sink: ListSink;
  readonly #pages: NcmecPage[] = [];
  #held = "";

  constructor(sink: ListSink) {
    this.#sink = sink;
  }

  push(text: string): void {
    const all = this.#held + text;
    const tag = all.lastIndexOf("<");
    const isCut = tag >= 0 && all.length - tag < MOST_HELD && !all.includes(">", tag);
    this.#held = isCut ? all.slice(tag) : "";
    const whole = isCut ? all.slice(0, tag) : all;
    // To look for the end at each place takes as long as to read it.
    if (!whole.includes("queryResult")) this.#write(whole);
    else for (const piece of whole.split(END_OF_PAGE)) this.#write(piece);
  }

  end(): void {
    this.#write(this.#held);
    const last = this.#pages.at(-1);
    if (last === undefined) throw refusedFile("the file is empty");
    last.end();
    if (last.hasNext) throw refusedFile("its last page says that more follow; send all pages, one behind the other");
  }

  #write(piece: string): void {
    const page = this.#pages.at(-1);
    if (page !== undefined && !page.isWhole) page.push(piece);
    else if (piece.trim() !== "") {
      page?.end();
      const next = new NcmecPage(this.#sink, page?.records ?? 0);
      // The last one alone is asked for more.
      this.#pages.splice(0, 1, next);
      next.push(piece.trimStart());
    }
  }
}
