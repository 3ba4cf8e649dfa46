import {
  blur,
  border,
  brighten,
  captionBar,
  contrast,
  crop,
  gamma,
  greyscale,
  letterbox,
  logo,
  mirror,
  reencode,
  resize,
  rotate,
  sharpen,
} from "@ntd/imagehash/generated";

/**
 * What edits have in common: how the file is stored, its size, its tones, what of it is shown, what is put around it,
 * how it lies.
 */
export type EditGroup = "stored" | "scaled" | "toned" | "framed" | "bordered" | "turned";

export interface Edit {
  readonly name: string;
  readonly group: EditGroup;
  /** `size` is that of the picture before the edit, in pixels. */
  readonly apply: (bytes: Uint8Array, size: { width: number; height: number }) => Promise<Buffer>;
}

/** Stored as those are that are turned: what they are held against. */
export const UPRIGHT = "upright, JPEG 88";

export const EDITS: readonly Edit[] = [
  { name: "JPEG 85", group: "stored", apply: (bytes) => reencode(bytes, { quality: 85 }) },
  { name: "JPEG 50", group: "stored", apply: (bytes) => reencode(bytes, { quality: 50 }) },
  { name: "JPEG 20", group: "stored", apply: (bytes) => reencode(bytes, { quality: 20 }) },
  { name: "WebP 60", group: "stored", apply: (bytes) => reencode(bytes, { format: "webp", quality: 60 }) },
  { name: "AVIF 50", group: "stored", apply: (bytes) => reencode(bytes, { format: "avif", quality: 50 }) },
  { name: "half size", group: "scaled", apply: (bytes, { width }) => resize(bytes, { width: Math.round(width / 2) }) },
  { name: "128 pixels wide", group: "scaled", apply: (bytes) => resize(bytes, { width: 128 }) },
  { name: "brightness +20 %", group: "toned", apply: (bytes) => brighten(bytes, 1.2) },
  { name: "brightness -20 %", group: "toned", apply: (bytes) => brighten(bytes, 0.8) },
  { name: "contrast +25 %", group: "toned", apply: (bytes) => contrast(bytes, 1.25) },
  { name: "gamma 1.3", group: "toned", apply: (bytes) => gamma(bytes, 1.3) },
  { name: "greyscale", group: "toned", apply: greyscale },
  { name: "blur, 2 pixels", group: "toned", apply: (bytes) => blur(bytes, 2) },
  { name: "sharpen", group: "toned", apply: sharpen },
  { name: "crop 1 % a side", group: "framed", apply: (bytes) => crop(bytes, 0.01) },
  { name: "crop 2.5 % a side", group: "framed", apply: (bytes) => crop(bytes, 0.025) },
  { name: "crop 5 % a side", group: "framed", apply: (bytes) => crop(bytes, 0.05) },
  { name: "logo over 3 % of the area", group: "framed", apply: (bytes) => logo(bytes, 0.03) },
  { name: "caption over the lower 10 %", group: "framed", apply: (bytes) => captionBar(bytes, 0.1, "over") },
  { name: "caption below, 10 %", group: "framed", apply: (bytes) => captionBar(bytes, 0.1, "below") },
  { name: "border 3 %", group: "bordered", apply: (bytes) => border(bytes, 0.03) },
  { name: "border 5 %", group: "bordered", apply: (bytes) => border(bytes, 0.05) },
  { name: "border 10 %, white", group: "bordered", apply: (bytes) => border(bytes, 0.1, "white") },
  {
    name: "letterbox of a quarter",
    group: "bordered",
    apply: (bytes, { width, height }) => letterbox(bytes, (0.75 * width) / height),
  },
  {
    name: "pillarbox of a quarter, white",
    group: "bordered",
    apply: (bytes, { width, height }) => letterbox(bytes, width / (0.75 * height), "white"),
  },
  { name: UPRIGHT, group: "turned", apply: (bytes) => reencode(bytes, { quality: 88 }) },
  { name: "turned by 90°", group: "turned", apply: (bytes) => rotate(bytes, 90) },
  { name: "turned by 180°", group: "turned", apply: (bytes) => rotate(bytes, 180) },
  { name: "turned by 270°", group: "turned", apply: (bytes) => rotate(bytes, 270) },
  { name: "mirrored", group: "turned", apply: mirror },
  { name: "mirrored and turned by 90°", group: "turned", apply: async (bytes) => rotate(await mirror(bytes), 90) },
];
