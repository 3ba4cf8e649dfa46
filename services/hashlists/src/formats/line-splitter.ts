/** More characters than any line of a list has: a film's thousand frames take 82,000. A longer one is cut just behind. */
export const MAX_LINE = 96 * 1024;

/**
 * Cuts a stream of bytes in UTF-8, with or without a byte order mark, into lines, whatever the pieces it comes in. What
 * it holds back is bounded.
 */
export class LineSplitter {
  readonly #decoder = new TextDecoder();
  #rest = "";
  /** The rest of a line that was too long is passed over. */
  #skipping = false;

  /** The lines that end in these bytes, without their line ends; one that grows too long comes at once, cut. */
  push(bytes: Uint8Array): string[] {
    return this.#split(this.#decoder.decode(bytes, { stream: true }));
  }

  /** The last line, if it had no line end. */
  end(): string[] {
    const tail = this.#decoder.decode();
    return this.#split(this.#rest + tail === "" ? "" : `${tail}\n`);
  }

  #split(text: string): string[] {
    // What is held back is not looked through again for each piece of a long line.
    const pieces = text.split("\n");
    pieces[0] = this.#rest + (pieces[0] ?? "");
    this.#rest = pieces.pop() ?? "";
    const lines = pieces.map((line) => cut(line.endsWith("\r") ? line.slice(0, -1) : line));
    if (this.#skipping && lines.length > 0) {
      lines.shift();
      this.#skipping = false;
    }
    if (this.#skipping) this.#rest = "";
    else if (this.#rest.length > MAX_LINE + 1) {
      lines.push(cut(this.#rest));
      this.#rest = "";
      this.#skipping = true;
    }
    return lines;
  }
}

function cut(line: string): string {
  return line.slice(0, MAX_LINE + 1);
}
