import { createHash, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { ChunkBuilder, CHUNK } from "./chunk-builder.ts";
import { eachEntry, entriesOf } from "./entry-chunk.ts";
import { idTexts } from "../entries/entry-id.ts";
import type { EntryLine } from "../formats/entry-line.ts";

const bytes = { SHA256: 32, SHA1: 20, MD5: 16, PDQ: 32, BLOCKHASH256: 32 } as const;
const names = Object.keys(bytes) as (keyof typeof bytes)[];

function line(n: number): EntryLine & { line: number } {
  const algorithm = names[n % names.length] ?? "MD5";
  const value = randomBytes(bytes[algorithm]).toString("hex");
  const [scheme, code] = n % 3 === 0 ? ["", ""] : ["iwf", `${n % 7}`];
  return {
    algorithm,
    value,
    quality: n % 101,
    scheme,
    code,
    votes: n * 999,
    line: n + 2,
    sourceId: n % 2 === 0 ? "" : `s-${n % 11}`,
    ...(n % 4 === 1 && { size: n }),
  };
}

test("a chunk gives its entries back as they were put in, and the next one begins empty", () => {
  const builder = new ChunkBuilder();
  for (const size of [CHUNK, 3]) {
    const lines = Array.from({ length: size }, (_, n) => line(n));
    const ids = lines.map(() => randomBytes(16));
    lines.forEach((entry, i) => builder.add(ids[i] ?? new Uint8Array(16), entry));
    expect(builder.count).toBe(size);
    const chunk = builder.take("part");
    expect(builder.count).toBe(0);
    expect(chunk.bucket).toBe(ids[0]?.[0]);
    expect(chunk.sourceIds.split("\n")).toEqual(lines.map(({ sourceId }) => sourceId));
    const isWeak = ({ algorithm }: EntryLine) => algorithm === "MD5" || algorithm === "SHA1";
    const expected = lines.map((one, i) => {
      const { algorithm, value, quality, scheme, code, votes, sourceId, size } = one;
      const fileKey = createHash("sha256").update(sourceId).digest("hex").slice(0, 16);
      return {
        entryId: idTexts(ids[i] ?? new Uint8Array())[0],
        fingerprint: { algorithm: `ALGORITHM_${algorithm}`, value: Buffer.from(value, "hex"), quality },
        classification: scheme === "" ? undefined : { scheme, version: "", code },
        votes,
        ...(isWeak(one) && sourceId !== "" && { fileKey }),
        ...(isWeak(one) && size !== undefined && { sizeBytes: size }),
      };
    });
    expect(
      entriesOf(chunk).map((e) => ({
        ...e,
        ...(e.fileKey && { fileKey: Buffer.from(e.fileKey).toString("hex") }),
        fingerprint: { ...e.fingerprint, value: Buffer.from(e.fingerprint?.value ?? []) },
      })),
    ).toEqual(expected);
  }
});

test("films stand among other entries, each as long as it is", () => {
  const builder = new ChunkBuilder();
  const film = (frames: number) => ({ ...line(0), algorithm: "VPDQ" as const, value: "07".repeat(37 * frames) });
  for (const one of [line(1), film(3), line(2), film(1), film(1000)]) builder.add(randomBytes(16), one);
  const entries = entriesOf(builder.take("part"));
  expect(entries.map(({ fingerprint }) => [fingerprint?.algorithm, fingerprint?.value.length])).toEqual([
    ["ALGORITHM_SHA1", 20],
    ["ALGORITHM_VPDQ", 111],
    ["ALGORITHM_MD5", 16],
    ["ALGORITHM_VPDQ", 37],
    ["ALGORITHM_VPDQ", 37_000],
  ]);
  builder.add(randomBytes(16), line(1));
  const { films, ...rest } = builder.take("part");
  expect([films, entriesOf({ ...rest }).length]).toEqual([undefined, 1]);
});

test("a chunk is full with a bounded number of bytes, however many frames films have", () => {
  const builder = new ChunkBuilder();
  const film = { ...line(0), algorithm: "VPDQ" as const, value: "07".repeat(37_000) };
  while (!builder.isFull) builder.add(randomBytes(16), film);
  expect(builder.take("part").films?.values.length).toBe(2 * 37_000);
  builder.add(randomBytes(16), film);
  expect(builder.isFull).toBe(false);
});

test("each entry of a chunk may have a class of its own", () => {
  const builder = new ChunkBuilder();
  for (let n = 0; n < CHUNK; n++) builder.add(new Uint8Array(16), { ...line(1), scheme: "s", code: `${n}` });
  const codes = entriesOf(builder.take("part")).map(({ classification }) => classification?.code);
  expect(codes).toEqual(Array.from({ length: CHUNK }, (_, n) => `${n}`));
});

test("each entry is made when it is asked for", () => {
  using builder = new ChunkBuilder();
  for (const n of [1, 2]) builder.add(randomBytes(16), line(n));
  const chunk = builder.take("part");
  const entries = eachEntry(chunk);
  const [first] = entriesOf(chunk);
  expect(entries.next().value).toEqual(first);
  chunk.qualities[1] = 77;
  expect(entries.next().value?.fingerprint?.quality).toBe(77);
});

test("what a builder held is free as soon as it is of no use", () => {
  const held = () => process.memoryUsage().arrayBuffers / 2 ** 20;
  const builders = Array.from({ length: 256 }, () => new ChunkBuilder());
  const before = held();
  for (const builder of builders) builder[Symbol.dispose]();
  expect(before - held()).toBeGreaterThan(30);
});
