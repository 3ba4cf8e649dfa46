import { availableParallelism, cpus } from "node:os";
import { blockhash256 } from "../hashes/blockhash.ts";
import { cryptographicHashes } from "../hashes/cryptographic.ts";
import { decodePicture } from "../decode/decode.ts";
import { generatePicture } from "../generated/picture.ts";
import { pdq } from "../hashes/pdq.ts";

// Prints the table of the README: milliseconds a picture on one core, median of the rounds.
const ROUNDS = 9;
const print = (line: string) => process.stdout.write(`${line}\n`);

print(`${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} cores, Node ${process.version}`);
print("megapixels | SHA-256 + SHA-1 + MD5 | exact: decode | blockhash | PDQ | fast: decode | blockhash + PDQ");
for (const [width, height] of [
  [1152, 864],
  [1632, 1224],
  [2304, 1728],
  [4000, 3000],
] as const) {
  const bytes = await generatePicture(1, { width, height });
  const [exact, fast] = [await decodePicture(bytes), await decodePicture(bytes, { recipe: "fast" })];
  if (!exact.ok || !fast.ok) throw new Error("a generated picture was refused");
  const row = [
    await median(() => cryptographicHashes(bytes)),
    await median(() => decodePicture(bytes)),
    await median(() => blockhash256(exact.picture)),
    await median(() => pdq(exact.picture)),
    await median(() => decodePicture(bytes, { recipe: "fast" })),
    await median(() => [blockhash256(fast.picture), pdq(fast.picture)]),
  ].map((milliseconds) => milliseconds.toFixed(1));
  print([((width * height) / 1e6).toFixed(0), ...row].join(" | "));
}

async function median(work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return times.toSorted((a, b) => a - b)[ROUNDS >> 1] as number;
}
