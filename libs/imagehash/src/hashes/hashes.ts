// Hashes of bytes and of pixels that are there already, and what hashing a file can come to. A door of its own, because the
// main one loads native decoders.
export { MOST_RENDITIONS } from "../frames/choose-frames.ts";
export { cutAvif } from "../decode/cut-avif.ts";
export { DECODE_REFUSALS } from "../decode/decoded.ts";
export { DECODE_LIMITS } from "../decode/limits.ts";
export { PICTURE_FORMATS, REFUSED_FORMATS } from "../decode/sniff.ts";
export { cryptographicHashes } from "./cryptographic.ts";
export { DERIVED_NAMES } from "./derived.ts";
export { FORMS } from "./dihedral.ts";
export { pdq } from "./pdq.ts";
