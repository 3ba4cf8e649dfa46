import { createHash } from "node:crypto";

const PIECE = 64 * 1024;

/** A file on its way out: cut into pieces, counted, and told apart by its digest. */
export class FileOut {
  readonly #hash = createHash("sha256");
  #waiting: string[] = [];
  #length = 0;
  byteCount = 0;

  /** The next piece once there is enough of it. */
  push(text: string): Uint8Array | undefined {
    this.#waiting.push(text);
    this.#length += text.length;
    return this.#length >= PIECE ? this.rest() : undefined;
  }

  /** What waits. */
  rest(): Uint8Array | undefined {
    if (this.#length === 0) return undefined;
    const piece = Buffer.from(this.#waiting.join(""));
    [this.#waiting, this.#length] = [[], 0];
    this.#hash.update(piece);
    this.byteCount += piece.length;
    return piece;
  }

  /** Of all pieces; asked for once. */
  digest(): Uint8Array {
    return this.#hash.digest();
  }
}
