// Where the 32 digits of a UUID stand in its text.
const DIGITS = [...Array(36).keys()].filter((at) => ![8, 13, 18, 23].includes(at));

/** Writes a UUID (hexadecimal digits and hyphens) as its 16 bytes. */
export function writeId(view: DataView, at: number, id: string): void {
  for (let nth = 0; nth < 16; nth++) {
    view.setUint8(at + nth, (digit(id, DIGITS[2 * nth] ?? 0) << 4) | digit(id, DIGITS[2 * nth + 1] ?? 0));
  }
}

/** The UUID whose 16 bytes stand there, in lower case. */
export function idAt(view: DataView, at: number): string {
  const hex = Buffer.from(view.buffer, view.byteOffset + at, 16).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

// Digits are 0x30 to 0x39; of letters in either case the low four bits count from 1.
function digit(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < 0x40 ? code & 15 : (code & 15) + 9;
}
