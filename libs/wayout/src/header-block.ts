import { Transform } from "node:stream";

/** A block of more than this is no answer. */
const MOST_BYTES = 256 * 1024;

/** The header block was longer than any browser reads. */
export class HeadersTooLarge extends Error {}

/**
 * Rewrites the header blocks of an HTTP/1 answer so that a strict parser reads of them what browsers and curl read: bare
 * line feeds, folded lines, spaces around a name, lines that are no header, a length that is said twice. What follows the
 * blocks (interim answers have one each) is passed on as it is: where the body ends is the parser's to say.
 */
export function normalisedHeaders(): Transform {
  const held: Buffer[] = [];
  const seen = new EndOfBlock();
  let length = 0;
  let inBody = false;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      let left = chunk;
      while (!inBody) {
        const end = seen.within(left);
        held.push(left.subarray(0, end));
        length += end ?? left.length;
        // Also where its end came with what is too much of it: how it was cut into chunks says nothing.
        if (length > MOST_BYTES) return done(new HeadersTooLarge());
        if (end === undefined) return done();
        const block = normalised(Buffer.concat(held.splice(0)).toString("latin1"));
        inBody = !isInterim(block);
        this.push(Buffer.from(block, "latin1"));
        left = left.subarray(end);
        if (left.length === 0) return done();
      }
      done(null, left);
    },
    // Cut off within a block: the parser says what it thinks of that.
    flush: (done) => done(null, inBody ? undefined : Buffer.concat(held)),
  });
}

const LF = 10;
const CR = 13;

/** Finds the empty line that ends a block, byte by byte, however the bytes are cut into chunks. */
class EndOfBlock {
  /** A line feed was the last byte, or the last but a carriage return. */
  #afterLine = false;
  #afterReturn = false;

  /** The place just behind it; undefined when it is not in this chunk. */
  within(chunk: Buffer): number | undefined {
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === LF && this.#afterLine) {
        this.#afterLine = this.#afterReturn = false;
        return at + 1;
      }
      const isReturn = byte === CR && this.#afterLine && !this.#afterReturn;
      this.#afterLine = byte === LF || isReturn;
      this.#afterReturn = isReturn;
    }
    return undefined;
  }
}

const isInterim = (block: string) => /^HTTP\/1\.[01] +1\d\d\b/.test(block) && !/^\S+ +101\b/.test(block);

/** One block, its empty line included; in Latin-1, which keeps every byte. */
export function normalised(block: string): string {
  const [status = "", ...lines] = unfolded(block.split(/\r?\n/));
  const headers = lines.map(headerOf).filter((header) => header !== undefined);
  const lengths = new Set(
    headers.filter(([name]) => isLength(name)).flatMap(([, value]) => value.split(",").map((one) => one.trim())),
  );
  // Said twice and the same it is one length; two lengths are the parser's to refuse.
  const once = [...lengths].map((value): [string, string] => ["Content-Length", value]);
  const others = headers.filter(([name]) => !isLength(name));
  return [status, ...[...others, ...once].map(([name, value]) => `${name}: ${value}`), "", ""].join("\r\n");
}

const isLength = (name: string) => name.toLowerCase() === "content-length";

// A line that begins with space goes on with the one before.
function unfolded(lines: readonly string[]): string[] {
  const whole: string[] = [];
  for (const line of lines) {
    const isMore = /^[ \t]/.test(line) && whole.length > 1;
    if (isMore) whole.push(`${whole.pop()} ${line.trim()}`);
    else if (line !== "") whole.push(line);
  }
  return whole;
}

// What is no header by its form is left out, as browsers do.
function headerOf(line: string): [string, string] | undefined {
  const [, name, value] = /^\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*:(.*)$/s.exec(line) ?? [];
  return name === undefined ? undefined : [name, (value ?? "").replaceAll(/[\0\r]/g, "").trim()];
}
