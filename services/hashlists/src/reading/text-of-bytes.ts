import { isAscii, isUtf8 } from "node:buffer";
import { TextDecoder } from "node:util";
import { refusedFile } from "../formats/refused-file.ts";

type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";

/** So many bytes tell a byte order mark, or that every second byte is zero. */
const START_BYTES = 4;

/**
 * The text of a file that comes in bytes, whatever the pieces. A byte order mark tells the encoding, without one zero bytes
 * tell UTF-16, and else the first letter that is no ASCII: it is UTF-8, or the file is taken for Latin-1.
 */
export class TextOfBytes {
  #held: Uint8Array = new Uint8Array(0);
  #decoder: TextDecoder | undefined;
  #hasBegun = false;
  /** Nothing in the file says that it is so. */
  guessed: "Latin-1" | "UTF-16" | undefined;

  /** @throws Problem FIELD_INVALID for UTF-32. */
  push(bytes: Uint8Array): string {
    return this.#decoded(this.#withHeld(bytes), false);
  }

  end(): string {
    const rest = this.#decoded(this.#withHeld(new Uint8Array(0)), true);
    return rest + (this.#decoder?.decode() ?? "");
  }

  #withHeld(bytes: Uint8Array): Uint8Array {
    if (this.#held.length === 0) return bytes;
    const all = Buffer.concat([this.#held, bytes]);
    this.#held = new Uint8Array(0);
    return all;
  }

  #decoded(bytes: Uint8Array, isEnd: boolean): string {
    if (!this.#hasBegun) {
      if (bytes.length < START_BYTES && !isEnd) return this.#hold(bytes);
      this.#hasBegun = true;
      this.#decoder = this.#byStart(bytes);
    }
    if (this.#decoder !== undefined) return this.#decoder.decode(bytes, { stream: true });
    if (isAscii(bytes)) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
    const at = bytes.findIndex((byte) => byte > 0x7f);
    const letter = bytes.subarray(at, at + lengthOf(bytes[at] ?? 0));
    if (letter.length < lengthOf(bytes[at] ?? 0) && !isEnd)
      return this.#decoded(bytes.subarray(0, at), false) + this.#hold(bytes.subarray(at));
    if (!isUtf8(letter)) this.guessed = "Latin-1";
    // What it begins with stands within the file: there a byte order mark is none.
    this.#decoder = decoderOf(this.guessed === undefined ? "utf-8" : "windows-1252", true);
    return this.#decoder.decode(bytes, { stream: true });
  }

  #hold(bytes: Uint8Array): string {
    // Copied: who sent them may write into them again.
    this.#held = Uint8Array.from(bytes);
    return "";
  }

  #byStart(bytes: Uint8Array): TextDecoder | undefined {
    const [a = -1, b = -1, c = -1, d = -1] = bytes;
    if ((a === 0xff && b === 0xfe && c === 0 && d === 0) || (a === 0 && b === 0 && c === 0xfe && d === 0xff)) {
      throw refusedFile("a text in UTF-32; save it as UTF-8");
    }
    if (a === 0xef && b === 0xbb && c === 0xbf) return decoderOf("utf-8");
    if (a === 0xff && b === 0xfe) return decoderOf("utf-16le");
    if (a === 0xfe && b === 0xff) return decoderOf("utf-16be");
    const isLow = a > 0 && b === 0 && c > 0 && d === 0;
    if (!isLow && !(a === 0 && b > 0 && c === 0 && d > 0)) return undefined;
    this.guessed = "UTF-16";
    return decoderOf(isLow ? "utf-16le" : "utf-16be");
  }
}

// Of a letter in UTF-8, by its first byte.
function lengthOf(lead: number): number {
  if (lead >= 0xf0) return 4;
  if (lead >= 0xe0) return 3;
  return lead >= 0xc0 ? 2 : 1;
}

function decoderOf(encoding: Encoding, ignoreBOM = false): TextDecoder {
  return new TextDecoder(encoding, { ignoreBOM });
}
