import type { Picture } from "../src/decode/pixels.ts";
import type { Form } from "../src/hashes/dihedral.ts";

/** What random pixels look like: some of them bring a hash to its borders. */
export const KINDS = ["noise", "one colour", "gradient", "holes", "few colours"] as const;

type Kind = (typeof KINDS)[number];

/** A picture of a kind; the same seed gives the same one. Those with holes have an alpha channel, others maybe. */
export function randomPicture(kind: Kind, width: number, height: number, seed: number): Picture {
  let state = (Math.abs(seed) % 2_147_483_646) + 1;
  const next = (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  const colour = [next(256), next(256), next(256)];
  const channels = kind === "holes" || next(2) === 0 ? 4 : 3;
  const pixels = new Uint8Array(width * height * channels);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [(i % width) / width, Math.floor(i / width) / height];
    const [red = 0, green = 0, blue = 0, alpha = 255] = pixelOf(kind, x, y, colour, next);
    pixels.set([red, green, blue, alpha].slice(0, channels), i * channels);
  }
  return { width, height, channels, pixels };
}

function pixelOf(kind: Kind, x: number, y: number, colour: number[], next: (below: number) => number): number[] {
  switch (kind) {
    case "noise":
      return [next(256), next(256), next(256)];
    case "one colour":
      return colour;
    case "gradient":
      return [x * 255, y * 255, (x + y) * 127];
    case "holes":
      return [next(256), next(256), next(256), next(3)];
    case "few colours":
      return [next(2) * 255, 0, 255];
    default:
      return kind satisfies never;
  }
}

/** The pixels with an alpha channel, which reference implementations want. */
export function rgba({ channels, pixels }: Picture): Uint8Array {
  if (channels === 4) return pixels;
  const out = new Uint8Array((pixels.length / 3) * 4).fill(255);
  for (let from = 0, to = 0; from < pixels.length; from += 3, to += 4) out.set(pixels.subarray(from, from + 3), to);
  return out;
}

/** The picture as it looks in one of its forms, pixel by pixel. */
export function turned(picture: Picture, form: Form): Picture {
  const { across, down, swap } = TURNS[form];
  const { channels, pixels } = picture;
  const [width, height] = swap ? [picture.height, picture.width] : [picture.width, picture.height];
  const out = new Uint8Array(pixels.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [x, y] = swap ? [row, column] : [column, row];
      const [fromX, fromY] = [across ? picture.width - 1 - x : x, down ? picture.height - 1 - y : y];
      const from = (fromY * picture.width + fromX) * channels;
      out.set(pixels.subarray(from, from + channels), (row * width + column) * channels);
    }
  }
  return { width, height, channels, pixels: out };
}

/** Mirrored left to right, upside down, and then along the falling diagonal. */
const TURNS: Readonly<Record<Form, { across: boolean; down: boolean; swap: boolean }>> = {
  original: { across: false, down: false, swap: false },
  rotate90: { across: true, down: false, swap: true },
  rotate180: { across: true, down: true, swap: false },
  rotate270: { across: false, down: true, swap: true },
  flipX: { across: false, down: true, swap: false },
  flipY: { across: true, down: false, swap: false },
  flipPlus1: { across: false, down: false, swap: true },
  flipMinus1: { across: true, down: true, swap: true },
};
