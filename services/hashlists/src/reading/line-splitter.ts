/** More characters than any line of a list has: a film's thousand frames take 82,000. A longer one is cut just behind. */
export const MAX_LINE = 96 * 1024;

/** Cuts a text into lines that end in LF, CRLF or CR, whatever the pieces it comes in. What it holds back is bounded. */
export class LineSplitter {
  #rest = "";
  /** The piece before ended in CR: a LF that comes now belongs to it. */
  #isAfterCr = false;
  /** The rest of a line that was too long is passed over. */
  #skipping = false;

  /** The lines that end in this text, without their line ends; one that grows too long comes at once, cut. */
  push(text: string): string[] {
    if (text === "") return [];
    const fresh = this.#isAfterCr && text.startsWith("\n") ? text.slice(1) : text;
    this.#isAfterCr = text.endsWith("\r");
    return this.#split(fresh.includes("\r") ? fresh.replace(/\r\n?/g, "\n") : fresh);
  }

  /** The last line, if it had no line end. */
  end(): string[] {
    return this.#split(this.#rest === "" ? "" : "\n");
  }

  #split(text: string): string[] {
    // What is held back is not looked through again for each piece of a long line.
    const pieces = text.split("\n");
    pieces[0] = this.#rest + (pieces[0] ?? "");
    this.#rest = pieces.pop() ?? "";
    const lines = pieces.map(cut);
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
