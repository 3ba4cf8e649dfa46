import fc from "fast-check";
import { filmValue } from "@ntd/imagehash/films";
import type { AlgorithmName, EntryLine } from "../src/formats/entry-line.ts";

const hex = (digits: number) =>
  fc
    .array(fc.constantFrom(..."0123456789abcdef".split("")), { minLength: digits, maxLength: digits })
    .map((all) => all.join(""))
    .filter((text) => new Set(text).size > 8);

/** Texts as sources have them, with all that a line could stumble over. */
export const someText = fc
  .string({
    unit: fc.constantFrom("a", "Z", "7", " ", ",", ";", '"', "'", "\t", "é", "漢", "|", "\\", "="),
    maxLength: 12,
  })
  .map((text) => text.trim());

const film = fc
  .array(fc.record({ pdq: hex(64), quality: fc.nat({ max: 100 }), timeMs: fc.nat({ max: 4_000_000 }) }), {
    minLength: 1,
    maxLength: 3,
  })
  .map((frames) => {
    const byTime = frames.toSorted((a, b) => a.timeMs - b.timeMs);
    const value = filmValue(byTime.map((frame) => ({ ...frame, pdq: Buffer.from(frame.pdq, "hex") })));
    return Buffer.from(value).toString("hex");
  });

const kinds: fc.Arbitrary<Pick<EntryLine, "algorithm" | "value" | "quality">> = fc.oneof(
  valueOf("SHA256", hex(64)),
  valueOf("SHA1", hex(40)),
  valueOf("MD5", hex(32)),
  fc.record({ algorithm: fc.constant("PDQ" as const), value: pdq(), quality: fc.integer({ min: 50, max: 100 }) }),
  valueOf("BLOCKHASH256", hex(64)),
  valueOf("VPDQ", film),
);

function valueOf(algorithm: AlgorithmName, value: fc.Arbitrary<string>) {
  return fc.record({ algorithm: fc.constant(algorithm), value, quality: fc.constant(0) });
}

// Half of its bits are set, as of a picture with something to see.
function pdq() {
  return hex(32).map((half) => half + half.replaceAll(/./g, (digit) => (15 - parseInt(digit, 16)).toString(16)));
}

const classes = fc.oneof(
  fc.constant({ scheme: "", code: "" }),
  fc.record({ scheme: someText, code: someText }).filter(({ scheme, code }) => scheme !== "" && code !== ""),
);

/** Entries of all kinds with all that our own lists tell of them, each hash once. */
export const someEntries: fc.Arbitrary<EntryLine[]> = fc.uniqueArray(
  fc
    .tuple(kinds, classes, fc.record({ votes: fc.nat({ max: 1_000_000 }), sourceId: someText, size: someSize() }))
    .map(([kind, classed, { size, ...told }]) => ({ ...kind, ...classed, ...told, ...(size > 0 && { size }) })),
  { selector: ({ algorithm, value }) => `${algorithm} ${value}`, maxLength: 30 },
);

function someSize() {
  return fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 2 ** 32 - 1 }));
}

/** What VICS tells: files by their hashes, of which an MD5 is one, a category and a size. */
export const someFiles: fc.Arbitrary<EntryLine[][]> = fc
  .uniqueArray(
    fc.record({
      md5: hex(32),
      sha1: fc.option(hex(40)),
      sha256: fc.option(hex(64)),
      pdq: fc.option(pdq()),
      size: someSize(),
    }),
    { selector: ({ md5 }) => md5, maxLength: 12 },
  )
  .chain((files) =>
    fc
      .array(fc.constantFrom("1", "2", "3"), { minLength: files.length, maxLength: files.length })
      .map((codes) => files.map((file, nth) => fileOf(file, codes[nth] ?? "1"))),
  );

interface File {
  md5: string;
  sha1: string | null;
  sha256: string | null;
  pdq: string | null;
  size: number;
}

function fileOf({ md5, sha1, sha256, pdq: picture, size }: File, code: string): EntryLine[] {
  const hashes: [AlgorithmName, string | null, number][] = [
    ["MD5", md5, 0],
    ["SHA1", sha1, 0],
    ["SHA256", sha256, 0],
    ["PDQ", picture, 50],
  ];
  const there = hashes.filter((one): one is [AlgorithmName, string, number] => one[1] !== null);
  const sourceId = there.length > 1 ? `md5:${md5}` : "";
  return there.map(([algorithm, value, quality]) => {
    const told = { scheme: "vics-uk", code, votes: 1, sourceId };
    return { algorithm, value, quality, ...told, ...(size > 0 && { size }) };
  });
}
