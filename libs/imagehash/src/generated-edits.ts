import { sharp } from "./guarded-sharp.ts";

/** Stores the picture again, as a lower-quality JPEG (default 60) or as a WebP. */
export function reencode(bytes: Uint8Array, options: { quality?: number; format?: "jpeg" | "webp" } = {}) {
  const { quality = 60, format = "jpeg" } = options;
  return sharp(bytes).toFormat(format, { quality }).toBuffer();
}

/** Scales to a width in pixels, keeping the proportions unless a height is given too. */
export function resize(bytes: Uint8Array, size: { width: number; height?: number }): Promise<Buffer> {
  return store(sharp(bytes).resize({ ...size, fit: size.height === undefined ? "inside" : "fill" }));
}

/** Multiplies the brightness; 1 changes nothing. */
export function brighten(bytes: Uint8Array, factor = 1.15): Promise<Buffer> {
  return store(sharp(bytes).modulate({ brightness: factor }));
}

/** Swaps left and right. */
export function mirror(bytes: Uint8Array): Promise<Buffer> {
  return store(sharp(bytes).flop());
}

/** Turns clockwise. */
export function rotate(bytes: Uint8Array, degrees: 90 | 180 | 270): Promise<Buffer> {
  return store(sharp(bytes).rotate(degrees));
}

function store(picture: ReturnType<typeof sharp>): Promise<Buffer> {
  return picture.jpeg({ quality: 88 }).toBuffer();
}
