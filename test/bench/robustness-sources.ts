import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { blur, border, brighten, contrast, crop, generatePicture, resize, saturate } from "@ntd/imagehash/generated";

export type Origin = "generated" | "photograph";

/** A picture as it would be listed. Two sources show nothing in common. */
export interface Source {
  readonly name: string;
  readonly origin: Origin;
  readonly bytes: Buffer;
}

export const GENERATED = 210;

/** Each size in pixels, 0.48 to 0.52 megapixels: landscape, portrait, square. */
const SIZES = [
  [800, 600],
  [600, 800],
  [880, 580],
  [960, 540],
  [700, 700],
] as const;

/** Of the generated colours, which are stronger than those of most photographs. */
const SATURATION = 0.4;

/**
 * Scenes alone would all be equally rich, so most are changed: what is close fills the picture, what is out of focus
 * or dim says little, and what stands on a ground of one colour says less.
 */
const TAKES: readonly ((scene: Buffer, width: number) => Promise<Buffer>)[] = [
  async (scene) => scene,
  async (scene, width) => resize(await crop(scene, 0.3), { width }),
  async (scene, width) => resize(await crop(scene, 0.43), { width }),
  async (scene) => contrast(await blur(scene, 14), 0.7),
  async (scene) => brighten(await contrast(scene, 0.45), 0.7),
  async (scene) => border(scene, 0.12),
];

/** Generated pictures, so many, each from its own seed, and the photographs of a folder, if one is named. */
export async function* sources(count: number, photographs: string | undefined): AsyncGenerator<Source> {
  for (let seed = 0; seed < count; seed++) {
    const [width, height] = SIZES[seed % SIZES.length] ?? SIZES[0];
    const take = TAKES[seed % TAKES.length] ?? TAKES[0];
    const scene = await saturate(await generatePicture(50_000 + seed, { width, height }), SATURATION);
    const bytes = take === undefined ? scene : await take(scene, width);
    yield { name: `generated ${seed}`, origin: "generated", bytes };
  }
  if (photographs === undefined) return;
  for (const file of await distinctPhotographs(photographs)) {
    yield { name: file, origin: "photograph", bytes: await readFile(join(photographs, file)) };
  }
}

/** The reference vectors hold one bridge in fifteen versions: only its original is a source. */
async function distinctPhotographs(folder: string): Promise<string[]> {
  const files = (await readdir(folder)).filter((file) => /\.(jpe?g|png|webp|avif)$/i.test(file)).toSorted();
  return files.filter((file) => !/^(bridge|dih)-/.test(file) || file === "bridge-aaa-orig.jpg");
}
