import { sharp } from "../decode/guarded-sharp.ts";

/** Stores the picture again, as a lower-quality JPEG (default 60), as a WebP or as an AVIF. */
export function reencode(bytes: Uint8Array, options: { quality?: number; format?: "jpeg" | "webp" | "avif" } = {}) {
  const { quality = 60, format = "jpeg" } = options;
  if (format === "avif") return sharp(bytes).avif({ quality, effort: 0 }).toBuffer();
  return sharp(bytes).toFormat(format, { quality }).toBuffer();
}

/** Scales to a width in pixels, keeping the proportions unless a height is given too. */
export function resize(bytes: Uint8Array, size: { width: number; height?: number }): Promise<Buffer> {
  return store(sharp(bytes).resize({ ...size, fit: size.height === undefined ? "inside" : "fill" }));
}

/** A GIF that shows each picture, all of one size, for its time in milliseconds, round and round. */
export function animate(pictures: readonly Uint8Array[], delay: number[]): Promise<Buffer> {
  return sharp([...pictures], { join: { animated: true } })
    .gif({ delay, loop: 0 })
    .toBuffer();
}

/** Cuts a share of its width or height (0 to below 0.5) off each of the four sides. */
export async function crop(bytes: Uint8Array, share: number): Promise<Buffer> {
  const { width, height } = await sharp(bytes).metadata();
  const [left, top] = [Math.round(width * share), Math.round(height * share)];
  return store(sharp(bytes).extract({ left, top, width: width - 2 * left, height: height - 2 * top }));
}

/** Multiplies the brightness; 1 changes nothing. */
export function brighten(bytes: Uint8Array, factor = 1.15): Promise<Buffer> {
  return store(sharp(bytes).modulate({ brightness: factor }));
}

/** Stretches (above 1) or flattens (below 1) the difference of every value from middle grey. */
export function contrast(bytes: Uint8Array, factor: number): Promise<Buffer> {
  return store(sharp(bytes).linear(factor, 128 * (1 - factor)));
}

/** Lightens the middle tones: each value, as a share of white, to the power of 1 / `exponent` (1 to 3). */
export function gamma(bytes: Uint8Array, exponent: number): Promise<Buffer> {
  return store(sharp(bytes).gamma(1, exponent));
}

/** Strengthens (above 1) or fades (below 1) the colours. */
export function saturate(bytes: Uint8Array, factor: number): Promise<Buffer> {
  const mix = (from: number, to: number) => (from === to ? factor : 0) + (1 - factor) * (LUMA[from] as number);
  const row = (to: number): Row => [mix(0, to), mix(1, to), mix(2, to)];
  return store(sharp(bytes).recomb([row(0), row(1), row(2)]));
}

/** Takes the colour out. */
export function greyscale(bytes: Uint8Array): Promise<Buffer> {
  return store(sharp(bytes).greyscale().toColourspace("srgb"));
}

/** Blurs by a Gaussian bell of this width in pixels (0.3 to 1000). */
export function blur(bytes: Uint8Array, sigma: number): Promise<Buffer> {
  return store(sharp(bytes).blur(sigma));
}

/** Sharpens the edges a little, as a camera or an editor does unasked. */
export function sharpen(bytes: Uint8Array): Promise<Buffer> {
  return store(sharp(bytes).sharpen());
}

/** Puts a frame of one colour around the picture, as wide as this share of its shorter side; black unless told. */
export async function border(bytes: Uint8Array, share: number, background = "black"): Promise<Buffer> {
  const { width, height } = await sharp(bytes).metadata();
  const wide = Math.round(Math.min(width, height) * share);
  return store(sharp(bytes).extend({ top: wide, bottom: wide, left: wide, right: wide, background }));
}

/** Fills the picture up to other proportions (width by height) with two strips of one colour; black unless told. */
export async function letterbox(bytes: Uint8Array, proportions: number, background = "black"): Promise<Buffer> {
  const { width, height } = await sharp(bytes).metadata();
  const across = Math.max(0, Math.round((height * proportions - width) / 2));
  const down = Math.max(0, Math.round((width / proportions - height) / 2));
  return store(sharp(bytes).extend({ top: down, bottom: down, left: across, right: across, background }));
}

/**
 * A bar with two lines of letters, as high as this share of the picture: over its lower part or below it; black on white
 * unless told. The letters are made up, and no text.
 */
export async function captionBar(
  bytes: Uint8Array,
  share: number,
  place: "over" | "below",
  colours: { ground: number; ink: number } = { ground: 255, ink: 0 },
): Promise<Buffer> {
  const { width, height: whole } = await sharp(bytes).metadata();
  const height = Math.max(6, Math.round(whole * share));
  const letters = Uint8Array.from({ length: width * height }, (_, at) =>
    isInk((at % width) / width, at % width, Math.trunc(at / width), height) ? colours.ink : colours.ground,
  );
  const input = { input: Buffer.from(letters), raw: { width, height, channels: 1 } } as const;
  const { ground: g } = colours;
  const background = { r: g, g, b: g };
  const room = place === "below" ? await store(sharp(bytes).extend({ bottom: height, background })) : bytes;
  return store(sharp(room).composite([{ ...input, gravity: "south" }]));
}

/** Two lines of upright strokes and bows, in words, the second one shorter, in the middle of the bar. */
function isInk(share: number, x: number, y: number, height: number): boolean {
  const line = height / 2.4;
  const [row, below] = [Math.trunc((y - height * 0.1) / line), (y - height * 0.1) % line];
  const margin = row === 0 ? 0.06 : 0.22;
  if (share < margin || share > 1 - margin || y < height * 0.1 || row > 1 || below > line * 0.7) return false;
  const letter = Math.trunc(x / (line * 0.5));
  const within = (x / (line * 0.5)) % 1;
  if ((letter * 7 + row * 3) % 6 === 0 || within > 0.8) return false;
  const isStem = within < 0.22 || (within > 0.55 && letter % 3 === 0);
  const isBar = below < line * 0.12 || (letter % 2 === 0 && below > line * 0.58);
  return isStem || isBar;
}

/** Covers a share of the area, in the lower right corner, with a white square that bears a dark disc. */
export async function logo(bytes: Uint8Array, share: number): Promise<Buffer> {
  const { width, height } = await sharp(bytes).metadata();
  const side = Math.min(Math.round(Math.sqrt(width * height * share)), width, height);
  const distance = (at: number) => Math.hypot((at % side) - side / 2, Math.trunc(at / side) - side / 2);
  const input = Buffer.from(Uint8Array.from({ length: side * side }, (_, at) => (distance(at) < side / 3 ? 30 : 245)));
  return store(
    sharp(bytes).composite([{ input, raw: { width: side, height: side, channels: 1 }, gravity: "southeast" }]),
  );
}

/** Swaps left and right. */
export function mirror(bytes: Uint8Array): Promise<Buffer> {
  return store(sharp(bytes).flop());
}

/** Turns clockwise. */
export function rotate(bytes: Uint8Array, degrees: 90 | 180 | 270): Promise<Buffer> {
  return store(sharp(bytes).rotate(degrees));
}

type Row = [number, number, number];
const LUMA = [0.299, 0.587, 0.114];

function store(picture: ReturnType<typeof sharp>): Promise<Buffer> {
  return picture.jpeg({ quality: 88 }).toBuffer();
}
