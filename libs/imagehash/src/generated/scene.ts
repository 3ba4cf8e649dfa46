import { sharp } from "../decode/guarded-sharp.ts";

/** Raw pixels, three bytes each (red, green, blue), rows from the top. */
export type Scene = { readonly width: number; readonly height: number; readonly pixels: Uint8Array };

/**
 * A made-up, photograph-like scene: uneven ground and sky, some forty shaded and textured things with soft edges,
 * film grain. The same seed gives the same scene at any size, and another seed an unrelated one.
 */
export function generateScene(seed: number, width: number, height: number): Scene {
  const random = randomFrom(seed);
  const canvas = new Float32Array(width * height * 3);
  paintGround(canvas, width, height, random);
  for (let i = 0; i < 42; i++) paintThing(canvas, width, height, randomThing(random, 0.34 - i * 0.006));
  const pixels = new Uint8Array(canvas.length);
  for (let i = 0; i < pixels.length; i++) {
    pixels[i] = Math.max(0, Math.min(255, Math.round((canvas[i] as number) + (random() - 0.5) * 10)));
  }
  return { width, height, pixels };
}

/** Stores raw pixels as a file. */
export function encodeScene(scene: Scene, format: "jpeg" | "png"): Promise<Buffer> {
  const raw = { width: scene.width, height: scene.height, channels: 3 } as const;
  return sharp(scene.pixels, { raw })
    .toFormat(format, format === "jpeg" ? { quality: 90 } : {})
    .toBuffer();
}

type Random = () => number;
type Colour = readonly [number, number, number];

/** A small generator of even numbers in [0, 1) (mulberry32): the same seed, the same numbers, on every machine. */
function randomFrom(seed: number): Random {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function randomColour(random: Random): Colour {
  return [25 + random() * 205, 25 + random() * 205, 25 + random() * 205];
}

function paintGround(canvas: Float32Array, width: number, height: number, random: Random): void {
  const [above, below] = [randomColour(random), randomColour(random)];
  const horizon = 0.3 + random() * 0.4;
  const octaves = [3, 7, 15, 31, 53].map((cells) => ({
    noise: smoothNoise(random, cells),
    weight: 70 / cells ** 0.35,
  }));
  for (let y = 0; y < height; y++) {
    const v = y / height;
    const mix = 1 / (1 + Math.exp((horizon - v) * 18));
    for (let x = 0; x < width; x++) {
      const relief = octaves.reduce((sum, { noise, weight }) => sum + weight * noise(x / width, v), 0);
      const at = (y * width + x) * 3;
      for (let c = 0; c < 3; c++) {
        canvas[at + c] = (above[c] as number) * (1 - mix) + (below[c] as number) * mix + relief;
      }
    }
  }
}

/** Noise in [-1, 1] over the unit square: random values on a grid of `cells` a side, smoothly joined. */
function smoothNoise(random: Random, cells: number): (u: number, v: number) => number {
  const side = cells + 2;
  const grid = Float32Array.from({ length: side * side }, () => random() * 2 - 1);
  return (u, v) => {
    const [column, row] = [Math.floor(u * cells), Math.floor(v * cells)];
    const [right, down] = [ease(u * cells - column), ease(v * cells - row)];
    const at = row * side + column;
    const top = (grid[at] as number) * (1 - right) + (grid[at + 1] as number) * right;
    const bottom = (grid[at + side] as number) * (1 - right) + (grid[at + side + 1] as number) * right;
    return top * (1 - down) + bottom * down;
  };
}

function ease(t: number): number {
  return t * t * (3 - 2 * t);
}

/** An ellipse or a box somewhere in the unit square, lit from one side, with a woven texture. */
type Thing = {
  readonly centre: readonly [number, number];
  readonly radii: readonly [number, number];
  readonly cosine: number;
  readonly sine: number;
  readonly round: boolean;
  readonly colour: Colour;
  readonly light: number;
  readonly weave: readonly [number, number];
};

function randomThing(random: Random, size: number): Thing {
  const turn = random() * Math.PI;
  return {
    centre: [random(), random()],
    radii: [size * (0.25 + random() * 0.5), size * (0.25 + random() * 0.5)],
    cosine: Math.cos(turn),
    sine: Math.sin(turn),
    round: random() < 0.6,
    colour: randomColour(random),
    light: 30 + random() * 60,
    weave: [random() * 16, random() * 22],
  };
}

function paintThing(canvas: Float32Array, width: number, height: number, thing: Thing): void {
  const reach = Math.max(...thing.radii) * 1.5;
  const [left, right] = [thing.centre[0] - reach, thing.centre[0] + reach].map((u) => Math.floor(u * width));
  const [top, bottom] = [thing.centre[1] - reach, thing.centre[1] + reach].map((v) => Math.floor(v * height));
  for (let y = Math.max(0, top as number); y < Math.min(height, bottom as number); y++) {
    for (let x = Math.max(0, left as number); x < Math.min(width, right as number); x++) {
      shade(canvas, (y * width + x) * 3, thing, x / width - thing.centre[0], y / height - thing.centre[1]);
    }
  }
}

/** Paints one pixel of a thing, `du` and `dv` away from its centre. */
function shade(canvas: Float32Array, at: number, thing: Thing, du: number, dv: number): void {
  const along = (du * thing.cosine + dv * thing.sine) / thing.radii[0];
  const across = (dv * thing.cosine - du * thing.sine) / thing.radii[1];
  const distance = thing.round ? Math.hypot(along, across) : Math.max(Math.abs(along), Math.abs(across));
  const cover = Math.max(0, Math.min(1, (1.05 - distance) / 0.1));
  if (cover === 0) return;
  const weave = thing.weave[0] * Math.sin(along * thing.weave[1]) * Math.sin(across * thing.weave[1]);
  const glow = -thing.light * (du / thing.radii[0] + dv / thing.radii[1]) * 0.5 + weave;
  for (let c = 0; c < 3; c++) {
    canvas[at + c] = (canvas[at + c] as number) * (1 - cover) + ((thing.colour[c] as number) + glow) * cover;
  }
}
