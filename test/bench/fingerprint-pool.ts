import { readFileSync } from "node:fs";
import { DecoderPool } from "@ntd/fingerprint/decoder-pool";
import { decoderSandbox } from "@ntd/fingerprint/decoder-sandbox";
import { perceptualHashes, type RecipeName } from "@ntd/imagehash";
import { innermost, type Sandbox } from "@ntd/sandbox";
import { createLog } from "@ntd/service";
import { hostileFiles } from "./fingerprint-hostile.ts";
import { quantile } from "./report.ts";

const LIMITS = { maxWaiting: 8, timeoutMs: 1000, maxRssMb: 700, watchEvery: 1000 };
const sandboxOf = (sandbox: "auto" | "none") => decoderSandbox({ ...LIMITS, sandbox, environment: "TEST" });
const sandbox = sandboxOf("auto");
const patient = new AbortController().signal;

function pooled(workers: number, inSandbox: Sandbox): DecoderPool {
  return new DecoderPool({ ...LIMITS, workers, sandbox: inSandbox }, createLog("bench", "silent"));
}

async function poolOf(workers: number): Promise<DecoderPool> {
  return pooled(workers, await sandbox);
}

/** Pictures a second with two decoders over that with one; the pools take turns, median of the rounds. */
export async function scaling(files: readonly Buffer[], recipe: RecipeName, rounds: number): Promise<number> {
  await using one = await poolOf(1);
  await using two = await poolOf(2);
  const ratios: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const [alone, both] = [await drain(one, files, recipe, 1), await drain(two, files, recipe, 2)];
    // The first round starts the decoders.
    if (round > 0) ratios.push(alone / both);
  }
  return quantile(ratios, 0.5);
}

/** Milliseconds until all files are hashed, with so many in flight: with one, only one process works at a time. */
async function drain(pool: DecoderPool, files: readonly Buffer[], recipe: RecipeName, inFlight: number) {
  const begin = performance.now();
  let next = 0;
  const lanes = Array.from({ length: inFlight }, async () => {
    for (let bytes = files[next++]; bytes !== undefined; bytes = files[next++]) {
      await pool.decode({ bytes, recipe }, patient);
    }
  });
  await Promise.all(lanes);
  return performance.now() - begin;
}

/** What the sandbox costs: the start of a decoder and a picture in hand, shut in and not, in turn; medians. */
export async function shutIn(files: readonly Buffer[], recipe: RecipeName, rounds: number) {
  const kinds = { open: await sandboxOf("none"), shut: await sandbox };
  const starts: Record<keyof typeof kinds, number[]> = { open: [], shut: [] };
  const pictures: Record<keyof typeof kinds, number[]> = { open: [], shut: [] };
  for (let round = 0; round < rounds; round++) {
    for (const kind of ["open", "shut"] as const) {
      const begin = performance.now();
      await using pool = pooled(1, kinds[kind]);
      await pool.check();
      starts[kind].push(performance.now() - begin);
      await pool.decode({ bytes: files[0] as Buffer, recipe }, patient);
      pictures[kind].push((await drain(pool, files, recipe, 1)) / files.length);
    }
  }
  const of = (values: Record<keyof typeof kinds, number[]>) => ({
    open: quantile(values.open, 0.5),
    shut: quantile(values.shut, 0.5),
  });
  return { kind: kinds.shut.kind, start: of(starts), picture: of(pictures) };
}

/** What a decoder process adds to a picture, and what its start costs, in milliseconds. */
export async function overhead(files: readonly Buffer[], recipe: RecipeName, rounds: number) {
  const begin = performance.now();
  await using pool = await poolOf(1);
  await pool.check();
  const start = performance.now() - begin;
  const added: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    for (const bytes of files) {
      const before = performance.now();
      await perceptualHashes(bytes, { recipe });
      const between = performance.now();
      await pool.decode({ bytes, recipe }, patient);
      if (round > 0) added.push(performance.now() - between - (between - before));
    }
  }
  return { start, perPicture: quantile(added, 0.5) };
}

/** Hostile files in a row: growth of resident memory (this process and its decoders), the longest time, how they ended. */
export async function endure(count: number, picture: Buffer) {
  const [warmUp, files] = [await hostileFiles(count / 10), await hostileFiles(count)];
  await using pool = await poolOf(2);
  await Promise.all([feed(pool, warmUp), feed(pool, warmUp.toReversed())]);
  const before = await settledMb(pool, picture);
  const halves = [files.filter((_, i) => i % 2 === 0), files.filter((_, i) => i % 2 === 1)];
  const fed = (await Promise.all(halves.map((half) => feed(pool, half)))).flat();
  const after = await settledMb(pool, picture);
  // What one gave back does not make up for what the other kept.
  const grownMb = Math.max(0, after.service - before.service) + Math.max(0, after.decoders - before.decoders);
  const ends = Object.entries(Object.groupBy(fed, ({ end }) => end)).map(([end, of]) => `${of?.length} ${end}`);
  return { grownMb, before, longestMs: Math.max(...fed.map(({ ms }) => ms)), limitMs: LIMITS.timeoutMs, ends };
}

async function feed(pool: DecoderPool, files: readonly { bytes: Uint8Array }[]) {
  const fed: { ms: number; end: string }[] = [];
  for (const [i, { bytes }] of files.entries()) {
    const begin = performance.now();
    const { kind } = await pool.decode({ bytes, recipe: i % 2 === 0 ? "fast" : "exact" }, patient);
    fed.push({ ms: performance.now() - begin, end: kind });
  }
  return fed;
}

/** Both decoders run, both have hashed an ordinary picture, and nothing waits to be collected. */
async function settledMb(pool: DecoderPool, bytes: Buffer): Promise<{ service: number; decoders: number }> {
  for (let i = 0; i < 3; i++) {
    await Promise.all([1, 2].map(() => pool.decode({ bytes, recipe: "exact" }, patient)));
  }
  globalThis.gc?.();
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, "latin1").trim().split(" ");
  return {
    service: residentMb("self"),
    decoders: children.reduce((sum, pid) => sum + residentMb(innermost(Number(pid))), 0),
  };
}

function residentMb(pid: number | "self"): number {
  const status = readFileSync(`/proc/${pid}/status`, "latin1");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}
