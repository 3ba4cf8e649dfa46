/** What films come in: ISO media and QuickTime (mp4, mov, 3gp), Matroska and WebM, AVI, Flash, MPEG of both kinds. */
export type Container = "mov" | "matroska" | "avi" | "flv" | "mpeg" | "mpegts";

/** So many first bytes tell it. */
export const CONTAINER_BYTES = 512;

/** The container of a film, by its first bytes; undefined when these are no film's. Pictures in ISO media are none. */
export function containerOf(bytes: Uint8Array): Container | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, CONTAINER_BYTES));
  const text = head.toString("latin1");
  if (text.startsWith("ftyp", 4)) return NOT_FILMS.has(text.slice(8, 12)) ? undefined : "mov";
  // QuickTime of old begins without saying its brand.
  if (QUICKTIME_ATOMS.has(text.slice(4, 8)) && isLength(head)) return "mov";
  if (text.startsWith("\x1a\x45\xdf\xa3")) return "matroska";
  if (text.startsWith("RIFF") && text.startsWith("AVI ", 8)) return "avi";
  if (text.startsWith("FLV\x01")) return "flv";
  if (text.startsWith("\0\0\x01\xba") || text.startsWith("\0\0\x01\xb3")) return "mpeg";
  return isTransport(head) ? "mpegts" : undefined;
}

/** Pictures, and sound alone. */
const NOT_FILMS: ReadonlySet<string> = new Set(
  "avif avis heic heix heim heis hevc mif1 msf1".split(" ").concat("crx ", "jxl ", "M4A ", "M4B "),
);
const QUICKTIME_ATOMS: ReadonlySet<string> = new Set(["moov", "mdat", "wide", "free", "skip", "pnot"]);

/** An atom is at least as long as its own head; text that has such a word there would be gigabytes long. */
function isLength(head: Buffer): boolean {
  const length = head.readUInt32BE(0);
  return length === 1 || (length >= 8 && length < 0x20000000);
}

const PACKET_BYTES = 188;

/** Each packet of a transport stream begins with the same byte. */
function isTransport(head: Buffer): boolean {
  return head.length > 2 * PACKET_BYTES && [0, 1, 2].every((packet) => head[packet * PACKET_BYTES] === 0x47);
}
