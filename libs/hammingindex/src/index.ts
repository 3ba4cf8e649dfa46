export { createIndex, DEFAULT_LIMIT } from "./hamming-index.ts";
export type { HammingIndex } from "./hamming-index.ts";
export { hammingDistance, hashFromHex, hashToHex } from "./hash.ts";
export type { SearchResult } from "./nearest.ts";
