/** The picture formats that are decoded. Everything else is refused without reaching a decoder. */
export type PictureFormat = "jpeg" | "png" | "webp" | "gif" | "avif";

/**
 * Tells the format from the first bytes: one of the allowed ones, `other_picture` for a picture format that is
 * known and refused (SVG, TIFF, BMP, HEIC, …), or `unknown`.
 */
export function sniff(bytes: Uint8Array): PictureFormat | "other_picture" | "unknown" {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 1024)).toString("latin1");
  if (head.startsWith("\xff\xd8\xff")) return "jpeg";
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "png";
  if (head.startsWith("RIFF") && head.startsWith("WEBP", 8)) return "webp";
  if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) return "gif";
  if (head.startsWith("ftyp", 4)) return sniffIsoMedia(bytes, head);
  if (REFUSED_STARTS.some((start) => head.startsWith(start))) return "other_picture";
  return /<svg[\s>]/i.test(head) ? "other_picture" : "unknown";
}

const REFUSED_STARTS = [
  "II*\0", // TIFF, little endian
  "MM\0*", // TIFF, big endian
  "BM", // BMP
  "\0\0\x01\0", // ICO
  "8BPS", // Photoshop
  "%PDF-",
  "\xff\x0a", // JPEG XL, bare
  "\0\0\0\x0cJXL ", // JPEG XL, boxed
  "\0\0\0\x0cjP  ", // JPEG 2000
  "\xff\x4f\xff\x51", // JPEG 2000, bare
];

const OTHER_STILL_BRANDS = ["heic", "heix", "heim", "heis", "hevc", "mif1", "msf1"];

/** The brands of an ISO media file: major at byte 8, compatible ones from byte 16 to the end of its first box. */
function sniffIsoMedia(bytes: Uint8Array, head: string): PictureFormat | "other_picture" | "unknown" {
  const boxBytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).readUInt32BE(0);
  const brands = [head.slice(8, 12)];
  for (let at = 16; at + 4 <= Math.min(boxBytes, head.length); at += 4) brands.push(head.slice(at, at + 4));
  if (brands.includes("avif") || brands.includes("avis")) return "avif";
  return brands.some((brand) => OTHER_STILL_BRANDS.includes(brand)) ? "other_picture" : "unknown";
}
