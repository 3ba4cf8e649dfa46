import { createHash } from "node:crypto";
import { bmvbhash } from "blockhash-core";
import { blockhash256 } from "./blockhash.ts";
import type { Blockhash } from "./blockhash.ts";
import type { PerceptualAlgorithm } from "../compare/false-match-rate.ts";
import type { Picture } from "../decode/pixels.ts";
import { FORMS } from "./dihedral.ts";
import { onBlack, onWhite } from "./kernel.ts";
import { pdq } from "./pdq.ts";
import type { Pdq } from "./pdq.ts";
import { referencePdq } from "./reference-pdq.ts";

/** The hashes that the kernels gave for a picture. */
export type KernelHashes = { readonly pdq: Pdq; readonly blockhash: Blockhash };

/** What computes them; another one than the kernels is for tests. */
export type Kernels = (picture: Picture) => KernelHashes;

/**
 * Which hashes of a picture differ from what other code computes of the same pixels: PDQ by the plain reference, and
 * blockhash by blockhash-core. Empty where they agree, as they shall bit for bit. Takes some twenty times as long as the
 * kernels, 0.05 s a megapixel, and ten bytes a pixel.
 */
export function kernelsDifferingOver(picture: Picture, hashes: KernelHashes): PerceptualAlgorithm[] {
  const { hash, quality } = referencePdq(picture);
  const pdqAgrees = hex(hash) === hex(hashes.pdq.forms.original) && quality === hashes.pdq.quality;
  const { width, height } = picture;
  const blockhashAgrees = bmvbhash({ width, height, data: rgba(picture) }, 16) === hex(hashes.blockhash.hash);
  return [...(pdqAgrees ? [] : (["pdq"] as const)), ...(blockhashAgrees ? [] : (["blockhash"] as const))];
}

/**
 * Which hashes of three fixed pictures differ from what they were when this was written, or from what other code
 * computes here: if any does, no hash of this process is to be trusted. Takes 15 to 50 ms.
 */
export function kernelsDifferingOverVectors(
  kernels: Kernels = hashesByKernels,
  layers: Layering = { onWhite: (pixels) => onWhite(pixels).shown, onBlack: (pixels) => onBlack(pixels) },
): PerceptualAlgorithm[] {
  // Both hashes are of what lies on a ground.
  if (differsOverLayers(layers)) return ["pdq", "blockhash"];
  const differing = VECTORS.flatMap((vector) => {
    const picture = pictureOf(vector);
    const hashes = kernels(picture);
    const { forms, quality } = hashes.pdq;
    const [pdqNow, blockhashNow] = [
      digest(...FORMS.map((form) => forms[form]), Uint8Array.of(quality)),
      hex(hashes.blockhash.hash),
    ];
    return [
      ...kernelsDifferingOver(picture, hashes),
      ...(pdqNow === vector.pdq ? [] : (["pdq"] as const)),
      ...(blockhashNow === vector.blockhash ? [] : (["blockhash"] as const)),
    ];
  });
  return [...new Set(differing)];
}

/** What puts pixels on a ground; another one than the kernel is for tests. */
type Layering = Readonly<Record<"onWhite" | "onBlack", (pixels: Uint8Array) => Uint8Array>>;

/** Every alpha with values of all sizes. */
function differsOverLayers(layers: Layering): boolean {
  const pixels = Uint8Array.from({ length: 256 * 16 * 4 }, (_, i) => (i % 4 === 3 ? i >> 6 : (i * 37) >> 2));
  const on = (ground: number) =>
    Uint8Array.from({ length: (pixels.length / 4) * 3 }, (_, i) => {
      const [at, pixel] = [i % 3, Math.trunc(i / 3) * 4];
      const alpha = pixels[pixel + 3] as number;
      return Math.round(((pixels[pixel + at] as number) * alpha + ground * (255 - alpha)) / 255);
    });
  return hex(layers.onWhite(pixels)) !== hex(on(255)) || hex(layers.onBlack(pixels)) !== hex(on(0));
}

function hashesByKernels(picture: Picture): KernelHashes {
  return { pdq: pdq(picture), blockhash: blockhash256(picture) };
}

type Vector = Pick<Picture, "width" | "height" | "channels"> & {
  /** SHA-256 of the eight forms and the quality. */
  readonly pdq: string;
  readonly blockhash: string;
};

/** Windows of one, two, three and four pixels; all ways to end a row; with and without transparency. */
const VECTORS: readonly Vector[] = [
  {
    width: 97,
    height: 131,
    channels: 4,
    pdq: "87f27e78c68fedc401f1a3004e672e3c30b237d8872d6040ab89165278df7608",
    blockhash: "e01f007c01fd07ffe7c705a605987f83f70700387c0fe07ff83711e300c7f18f",
  },
  {
    width: 256,
    height: 76,
    channels: 3,
    pdq: "25f35f8cfc2df624538c3ba40578cc244d6b4eb395e9da2b1b1abb27c2593cca",
    blockhash: "0025017f09ff0bff03a31a871a3f34bf20fb01df015e1b3f323362f6a4cd01df",
  },
  {
    width: 61,
    height: 389,
    channels: 3,
    pdq: "2249e55a6569b78ff0fc1d9d0277a4ff9d2c44283c7a232c0f4d9c8a8846b219",
    blockhash: "000001ff0ffe3fe704051e3c387979fffffffffc6000000000496c9349366fff",
  },
];

/** Waves, flecks and holes: rich in every frequency, by whole numbers alone, the same on every machine. */
function pictureOf({ width, height, channels }: Vector): Picture {
  const pixels = new Uint8Array(width * height * channels);
  for (let at = 0, i = 0; at < pixels.length; at += channels, i++) {
    const [x, y] = [i % width, Math.trunc(i / width)];
    const fleck = (x * 7919 + y * 104_729 + ((x * y) >> 3)) % 61;
    pixels[at] = ((x * x + 3 * y * y) >> 5) + fleck;
    pixels[at + 1] = ((x * y) >> 4) + 2 * fleck;
    pixels[at + 2] = ((x + 2 * y) >> 1) ^ fleck;
    if (channels === 4) pixels[at + 3] = (x >> 4) % 5 === 0 && (y >> 3) % 4 === 0 ? 0 : 255 - fleck;
  }
  return { width, height, channels, pixels };
}

function rgba({ channels, pixels }: Picture): Uint8Array {
  if (channels === 4) return pixels;
  const out = new Uint8Array((pixels.length / 3) * 4).fill(255);
  for (let from = 0, to = 0; from < pixels.length; from += 3, to += 4) {
    out[to] = pixels[from] as number;
    out[to + 1] = pixels[from + 1] as number;
    out[to + 2] = pixels[from + 2] as number;
  }
  return out;
}

function digest(...parts: Uint8Array[]): string {
  return createHash("sha256").update(Buffer.concat(parts)).digest("hex");
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
