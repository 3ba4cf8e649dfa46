import { readFileSync } from "node:fs";
import { brotliDecompressSync } from "node:zlib";

/** Pictures for the tests of this service; see fixtures/README.md. */
export const avif81 = () => fixture("flat-81-megapixels.avif");
export const avif16 = () => fixture("flat-16-megapixels.avif");
export const progressive81 = () => brotliDecompressSync(fixture("flat-81-megapixels-progressive.jpeg.br"));

function fixture(name: string): Buffer {
  return readFileSync(new URL(`../fixtures/${name}`, import.meta.url));
}
