import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { differingBits } from "../compare/differing-bits.ts";
import { generateScene } from "../generated/scene.ts";
import { sharp } from "../decode/guarded-sharp.ts";
import { hashPicture } from "../hashes/hash-picture.ts";
import { blockhashIsComparable, pdqIsComparable } from "../compare/thresholds.ts";

// Prints by how many bits the recipes lie apart: over parts of generated scenes (their number is the argument, 40 if
// none is given), and over the photographs in NTD_TEST_VECTORS/pdq and parts of them. A minute or two.
type Size = { readonly width: number; readonly height: number };
const distances = { pdq: new Map<string, number[]>(), blockhash: new Map<string, number[]>() };
let state = 1;

const [scenes = "40"] = process.argv.slice(2);
for (let seed = 1; seed <= Number(scenes); seed++) {
  const { pixels, ...size } = generateScene(seed, 1632, 1224);
  await measureParts("generated", 6, () => sharp(pixels, { raw: { ...size, channels: 3 } }), size);
}
const vectors = process.env["NTD_TEST_VECTORS"];
const folder = join(vectors ?? "", "pdq");
for (const name of vectors === undefined ? [] : readdirSync(folder).filter((file) => file.endsWith(".jpg"))) {
  const bytes = readFileSync(join(folder, name));
  await measure("photographs", bytes);
  const { width, height } = await sharp(bytes).metadata();
  if (Math.min(width, height) >= 512) await measureParts("photographs", 12, () => sharp(bytes), { width, height });
}
for (const [algorithm, byKind] of Object.entries(distances)) {
  for (const [kind, bits] of byKind) print(algorithm, kind, bits);
  print(algorithm, "all", [...byKind.values()].flat());
}

/** Parts of half to all of each side, at places that are the same each time, stored in three ways. */
async function measureParts(kind: string, count: number, source: () => ReturnType<typeof sharp>, size: Size) {
  for (let i = 0; i < count; i++) {
    const [width, height] = [Math.ceil(size.width * (0.5 + next() / 2)), Math.ceil(size.height * (0.5 + next() / 2))];
    const left = Math.floor((size.width - width) * next());
    const part = source().extract({ left, top: Math.floor((size.height - height) * next()), width, height });
    await measure(kind, await stored(part, i).toBuffer());
  }
}

function stored(picture: ReturnType<typeof sharp>, i: number): ReturnType<typeof sharp> {
  if (i % 3 === 0) return picture.jpeg({ quality: 50 + i * 4 });
  return i % 3 === 1 ? picture.png() : picture.webp({ effort: 0 });
}

/** Numbers from 0 to 1, the same each time (Lehmer's generator). */
function next(): number {
  state = (state * 48_271) % 2_147_483_647;
  return state / 2_147_483_647;
}

async function measure(kind: string, bytes: Uint8Array): Promise<void> {
  const [exact, fast] = [await hashPicture(bytes), await hashPicture(bytes, { recipe: "fast" })];
  if (!exact.ok || !fast.ok) throw new Error("a picture was refused");
  if (pdqIsComparable(exact.pdq)) note("pdq", kind, exact.pdq.forms.original, fast.pdq.forms.original);
  if (blockhashIsComparable(exact.blockhash)) note("blockhash", kind, exact.blockhash.hash, fast.blockhash.hash);
}

function note(algorithm: keyof typeof distances, kind: string, a: Uint8Array, b: Uint8Array): void {
  const bits = distances[algorithm].get(kind) ?? [];
  distances[algorithm].set(kind, [...bits, differingBits(a, b)]);
}

function print(algorithm: string, kind: string, bits: readonly number[]): void {
  const sorted = bits.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  const quantiles = `p50 ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)}, most ${at(1)}`;
  process.stdout.write(`${algorithm}, ${kind}: ${bits.length} pictures, ${quantiles}\n`);
}
