import { Problem, uuidOfHex } from "@ntd/service";

// Where the 32 digits and the 4 hyphens of a UUID stand in its text.
const HYPHENS = [8, 13, 18, 23];
const DIGITS = [...Array(36).keys()].filter((at) => !HYPHENS.includes(at));

/** By character code; what is no hexadecimal digit is NONE. */
const NONE = 255;
const VALUES = new Uint8Array(128).fill(NONE);
for (const digit of "0123456789abcdefABCDEF") VALUES[digit.charCodeAt(0)] = Number.parseInt(digit, 16);

/** Writes a UUID as its 16 bytes; false when the text is none. */
export function writeId(view: DataView, at: number, id: string): boolean {
  if (id.length !== 36 || HYPHENS.some((hyphen) => id.charCodeAt(hyphen) !== 45)) return false;
  for (let nth = 0; nth < 16; nth++) {
    const high = VALUES[id.charCodeAt(DIGITS[2 * nth] ?? 0)] ?? NONE;
    const low = VALUES[id.charCodeAt(DIGITS[2 * nth + 1] ?? 0)] ?? NONE;
    if (high === NONE || low === NONE) return false;
    view.setUint8(at + nth, (high << 4) | low);
  }
  return true;
}

export function isId(id: string): boolean {
  return writeId(SCRATCH, 0, id);
}

/**
 * Of what came of writing an entry.
 *
 * @throws Problem PEER_UNAVAILABLE when its id is no UUID.
 */
export function requireId(isWritten: boolean): void {
  if (!isWritten) throw new Problem("PEER_UNAVAILABLE", "The id of an entry is no UUID.");
}

const SCRATCH = new DataView(new ArrayBuffer(16));

/** The UUID whose 16 bytes stand there, in lower case. */
export function idAt(view: DataView, at: number): string {
  return uuidOfHex(Buffer.from(view.buffer, view.byteOffset + at, 16).toString("hex"));
}
