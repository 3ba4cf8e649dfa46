import { encodeScene, generateScene } from "./scene.ts";

export {
  animate,
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
  saturate,
  sharpen,
} from "./edits.ts";
export { nearOutsideRadius } from "./neighbour.ts";

/** Size in pixels and storage of a generated picture. */
export type GeneratedOptions = { readonly width?: number; readonly height?: number; readonly format?: "jpeg" | "png" };

/**
 * A lawful, made-up picture for tests and demos: rich like a photograph (PDQ quality 50 or more), the same bytes for
 * the same seed (an integer from 0 to 2^32 − 1) and options, and for another seed a picture far from it.
 * Default 640 × 480, JPEG.
 */
export function generatePicture(seed: number, options: GeneratedOptions = {}): Promise<Buffer> {
  const { width = 640, height = 480, format = "jpeg" } = options;
  return encodeScene(generateScene(seed, width, height), format);
}

/** A picture with too little detail to be compared: one colour, which the seed chooses. */
export function flatPicture(seed = 0, options: GeneratedOptions = {}): Promise<Buffer> {
  const { width = 640, height = 480, format = "jpeg" } = options;
  const colour = [7, 13, 29].map((step) => 40 + ((seed * step) % 180));
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => colour[i % 3] as number);
  return encodeScene({ width, height, pixels }, format);
}
