import { blockhash256, cryptographicHashes, decodePicture, hashPicture, pdq } from "@ntd/imagehash";
import { generatePicture } from "@ntd/imagehash/generated";
import imghash from "imghash";
import sharp from "sharp";
import { quantile } from "./report.ts";

/** One way to handle a file; the library that decodes for all of them keeps each picture on one thread. */
const ENGINES = {
  plain: (bytes: Buffer) => sharp(bytes).raw().toBuffer(),
  fast: (bytes: Buffer) => hashPicture(bytes, { recipe: "fast" }),
  exact: (bytes: Buffer) => hashPicture(bytes),
  exactBlockhash: async (bytes: Buffer) => blockhash256(await pixelsOf(bytes)),
  exactPdq: async (bytes: Buffer) => pdq(await pixelsOf(bytes)),
  imghash: (bytes: Buffer) => imghash.hash(bytes, 16),
};
type Engine = keyof typeof ENGINES;

/** Milliseconds a picture, medians. */
export type Speeds = Record<Engine, number> & { megapixels: number };

const SIZES = { 1: [1152, 864], 2: [1632, 1224], 4: [2304, 1728], 12: [4000, 3000] } as const;
export type Megapixels = keyof typeof SIZES;

/** Photograph-like JPEGs of quality 85, the same at each run. */
export async function pictures(megapixels: Megapixels, count: number): Promise<Buffer[]> {
  const [width, height] = SIZES[megapixels];
  const made: Buffer[] = [];
  for (let seed = 1; seed <= count; seed++) {
    const picture = sharp(await generatePicture(seed, { width, height, format: "png" }));
    made.push(await picture.jpeg({ quality: 85 }).toBuffer());
  }
  return made;
}

/**
 * The engines take turns, picture by picture, each round beginning with another, since one that follows imghash clears
 * up its rubbish. The first round is dropped.
 */
export async function speeds(megapixels: Megapixels, files: readonly Buffer[], rounds: number): Promise<Speeds> {
  const engines = Object.entries(ENGINES) as [Engine, (bytes: Buffer) => Promise<unknown>][];
  const times = Object.fromEntries(engines.map(([name]) => [name, [] as number[]])) as Record<Engine, number[]>;
  for (let round = 0; round <= rounds; round++) {
    for (const bytes of files) {
      for (const [name, run] of [
        ...engines.slice(round % engines.length),
        ...engines.slice(0, round % engines.length),
      ]) {
        const start = performance.now();
        await run(bytes);
        if (round > 0) times[name].push(performance.now() - start);
      }
    }
  }
  const medians = engines.map(([name]) => [name, quantile(times[name], 0.5)] as const);
  return { ...(Object.fromEntries(medians) as Record<Engine, number>), megapixels };
}

/** How many of the files `exact` and imghash hash to the same bits. */
export async function identicalBlockhashes(files: readonly Buffer[]): Promise<number> {
  let identical = 0;
  for (const bytes of files) {
    const ours = Buffer.from(blockhash256(await pixelsOf(bytes)).hash).toString("hex");
    if (ours === (await imghash.hash(bytes, 16))) identical++;
  }
  return identical;
}

/** Where the time of the recipe `fast` goes, in milliseconds. */
export async function partsOfFast(
  files: readonly Buffer[],
): Promise<{ cryptographic: number; decode: number; hashes: number }> {
  const parts: [number[], number[], number[]] = [[], [], []];
  for (const bytes of [...files, ...files, ...files]) {
    const begin = performance.now();
    cryptographicHashes(bytes);
    const hashed = performance.now();
    const decoded = await decodePicture(bytes, { recipe: "fast" });
    const read = performance.now();
    if (!decoded.ok) throw new Error(decoded.reason);
    pdq(decoded.picture);
    blockhash256(decoded.picture);
    const end = performance.now();
    [hashed - begin, read - hashed, end - read].forEach((ms, i) => parts[i as 0 | 1 | 2].push(ms));
  }
  const [cryptographic, decode, hashes] = parts.map((times) => quantile(times, 0.5)) as [number, number, number];
  return { cryptographic, decode, hashes };
}

async function pixelsOf(bytes: Buffer) {
  const decoded = await decodePicture(bytes);
  if (!decoded.ok) throw new Error(decoded.reason);
  return decoded.picture;
}
