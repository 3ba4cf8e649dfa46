import { endure, overhead, scaling, shutIn } from "./fingerprint-pool.ts";
import {
  identicalBlockhashes,
  partsOfFast,
  pictures,
  speeds,
  type Megapixels,
  type Speeds,
} from "./fingerprint-speed.ts";
import { atLeast, atMost, report, stated, type Figure } from "./report.ts";

const LABELS: Record<Exclude<keyof Speeds, "megapixels">, string> = {
  plain: "plain full decode",
  fast: "fast, all hashes",
  exact: "exact, all hashes",
  exactBlockhash: "exact, blockhash",
  exactPdq: "exact, PDQ in eight forms",
  imghash: "imghash, blockhash",
};

// Hashing pictures: both recipes against the plain decode and against npm's imghash, the decoder processes, and what
// hostile files leave behind. Two to three minutes; Linux, since memory is read from /proc.
const files = await pictures(2, 6);
const figures: Figure[] = [];

const hostile = await endure(1000, files[0] as Buffer);
console.log(`1,000 hostile files ended as: ${hostile.ends.join(", ")}`);
figures.push(
  stated("two decoders before 1,000 hostile files: resident memory", hostile.before.decoders, "MB"),
  atMost("1,000 hostile files: resident memory left behind, service and decoders", hostile.grownMb, "MB", 50),
  atMost(
    `longest of them, the start of its decoder included (limit ${hostile.limitMs} ms)`,
    hostile.longestMs,
    "ms",
    1500,
  ),
);

const two = await speeds(2, files, 10);
figures.push(
  atMost("2 MP: fast with all hashes / plain full decode", two.fast / two.plain, "×", 1.1),
  atLeast("2 MP: fast with all hashes, speed against imghash", two.imghash / two.fast, "×", 6),
  atLeast("2 MP: exact blockhash, speed against imghash", two.imghash / two.exactBlockhash, "×", 4),
  atLeast(
    "exact blockhash identical with imghash",
    await identicalBlockhashes(files),
    `of ${files.length}`,
    files.length,
  ),
  ...milliseconds(two),
);
const parts = await partsOfFast(files);
figures.push(
  stated("2 MP: of fast, SHA-256, SHA-1 and MD5", parts.cryptographic, "ms"),
  stated("2 MP: of fast, header and decode to 512 inside", parts.decode, "ms"),
  stated("2 MP: of fast, PDQ in eight forms and blockhash", parts.hashes, "ms"),
);
for (const [megapixels, rounds] of [
  [1, 10],
  [4, 8],
  [12, 5],
] as [Megapixels, number][]) {
  figures.push(...milliseconds(await speeds(megapixels, await pictures(megapixels, 1), rounds)));
}

const many = Array.from({ length: 8 }, () => files).flat();
figures.push(
  atLeast("two decoders against one, fast, 2 MP", await scaling(many, "fast", 9), "×", 1.8),
  atLeast("two decoders against one, exact, 2 MP", await scaling(many, "exact", 9), "×", 1.8),
);
const added = await overhead(files, "fast", 10);
figures.push(
  stated("a decoder process adds to a picture of 2 MP", added.perPicture, "ms"),
  stated("start of a decoder process", added.start, "ms"),
);
const { kind, start, picture } = await shutIn(files, "fast", 9);
figures.push(
  stated(`start of a decoder in ${kind}`, start.shut, "ms"),
  stated("start of a decoder in no sandbox, in turn with it", start.open, "ms"),
  atMost(`a picture of 2 MP in ${kind} / in no sandbox`, picture.shut / picture.open, "×", 1.1),
);
report("fingerprint", figures);

function milliseconds(of: Speeds): Figure[] {
  const { megapixels, ...engines } = of;
  return Object.entries(engines).map(([engine, ms]) =>
    stated(`${megapixels} MP: ${LABELS[engine as keyof typeof engines]}`, ms, "ms"),
  );
}
