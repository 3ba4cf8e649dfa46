/** The picture formats that are decoded. Everything else is refused without reaching a decoder. */
export const PICTURE_FORMATS = ["jpeg", "png", "webp", "gif", "avif", "tiff", "bmp", "ico"] as const;
export type PictureFormat = (typeof PICTURE_FORMATS)[number];

/** Those that are known by name and refused: drawings and documents, and what the decoder does not have. */
export const REFUSED_FORMATS = ["svg", "pdf", "psd", "heic", "jxl", "jp2"] as const;
export type RefusedFormat = (typeof REFUSED_FORMATS)[number];

export function isRefused(format: PictureFormat | RefusedFormat): format is RefusedFormat {
  return REFUSED_FORMATS.some((refused) => refused === format);
}

/**
 * Tells the format from the first bytes: one of the allowed ones, one of the refused ones, or `unknown`. Text is no picture however it begins, unless it is a drawing
 * in SVG: text has none of the bytes that the head of every other format has.
 */
export function sniff(bytes: Uint8Array): PictureFormat | RefusedFormat | "unknown" {
  if (isJpeg(bytes)) return "jpeg";
  const text = openingText(bytes);
  if (text !== undefined) return rootElement(text) === "svg" ? "svg" : text.startsWith("%PDF-") ? "pdf" : "unknown";
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, HEAD_BYTES)).toString("latin1");
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "png";
  if (head.startsWith("RIFF") && head.startsWith("WEBP", 8)) return "webp";
  if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) return "gif";
  if (head.startsWith("ftyp", 4)) return sniffIsoMedia(bytes, head);
  if (head.startsWith("II*\0") || head.startsWith("MM\0*")) return "tiff";
  if (isBitmap(head)) return "bmp";
  if (isIcon(head)) return "ico";
  return REFUSED_STARTS.find(([start]) => head.startsWith(start))?.[1] ?? "unknown";
}

/** Cut off however early: its first segment's marker is told from text, which a start without noughts might be. */
function isJpeg([first, second, third, marker = 0xc0]: Uint8Array): boolean {
  return first === 0xff && second === 0xd8 && third === 0xff && marker >= 0xc0;
}

const HEAD_BYTES = 1024;
/** Comments and declarations may stand before the first element of a drawing. */
const OPENING_BYTES = 16 * 1024;

/** The first characters of what is text: a mark of UTF-16 says so, or the absence of bytes that no text has. */
export function openingText(bytes: Uint8Array): string | undefined {
  const opening = bytes.subarray(0, OPENING_BYTES);
  const [first, second] = opening;
  const littleEndian = first === 0xff && second === 0xfe;
  const coding = littleEndian ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  // What is no text takes a decoder longest, since hardly a byte of it stands for a character: mostly its head tells.
  if (coding === "utf-8" && NO_TEXT.test(Buffer.from(opening.subarray(0, HEAD_BYTES)).toString("latin1")))
    return undefined;
  const text = new TextDecoder(coding).decode(opening);
  return NO_TEXT.test(text.slice(0, HEAD_BYTES)) ? undefined : text;
}

/** As in WHATWG's MIME Sniffing Standard, § 3 (binary data byte). */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const NO_TEXT = /[\0-\x08\x0b\x0e-\x1a\x1c-\x1f]/;

/**
 * The first element of a page, a drawing or another document in XML, in small letters and without its prefix: what
 * stands behind comments, declarations and a doctype. A doctype of HTML says it without the element.
 */
export function rootElement(text: string): string | undefined {
  let at = 0;
  for (const [part] of text.matchAll(BEFORE_ROOT)) {
    if (/^<!doctype\s+html\b/i.test(part)) return "html";
    at += part.length;
  }
  return /^<(?:[a-z][\w.-]*:)?([a-z][\w.-]*)[\s/>]/i.exec(text.slice(at, at + 100))?.[1]?.toLowerCase();
}

/** White space, a comment, a processing instruction, or a declaration, which may hold others in brackets. */
const BEFORE_ROOT = /[\s\ufeff]+|<!--(?:-?>|[^]*?-->)|<\?[^>]*>|<![a-z][^>[]*(?:\[[^\]]*\][^>]*)?>/giy;

const REFUSED_STARTS: readonly (readonly [start: string, format: RefusedFormat])[] = [
  ["8BPS", "psd"],
  ["%PDF-", "pdf"],
  ["\xff\x0a", "jxl"],
  ["\0\0\0\x0cJXL ", "jxl"],
  ["\0\0\0\x0cjP  ", "jp2"],
  ["\xff\x4f\xff\x51", "jp2"],
];

/** Two letters are no proof: the length of the second header is one of the few that there are. */
function isBitmap(head: string): boolean {
  const lengths = [12, 16, 40, 52, 56, 64, 108, 124];
  return head.startsWith("BM") && lengths.some((bytes) => head.startsWith(`${String.fromCharCode(bytes)}\0\0\0`, 14));
}

/** Four bytes that films begin with, too: the first picture of an icon says nothing where it must. */
function isIcon(head: string): boolean {
  return head.startsWith("\0\0\x01\0") && head.charAt(4) !== "\0" && head.charAt(9) === "\0";
}

const HEIC_BRANDS = ["heic", "heix", "heim", "heis", "hevc", "mif1", "msf1"];

/** The brands of an ISO media file: major at byte 8, compatible ones from byte 16 to the end of its first box. */
function sniffIsoMedia(bytes: Uint8Array, head: string): "avif" | "heic" | "unknown" {
  const boxBytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).readUInt32BE(0);
  const brands = [head.slice(8, 12)];
  for (let at = 16; at + 4 <= Math.min(boxBytes, head.length); at += 4) brands.push(head.slice(at, at + 4));
  if (brands.includes("avif") || brands.includes("avis")) return "avif";
  return brands.some((brand) => HEIC_BRANDS.includes(brand)) ? "heic" : "unknown";
}
