import type { Fingerprint } from "@ntd/proto/common/v1/common";
import type { HashAnswer } from "@ntd/proto/matching/v1/check_service";
import { Problem } from "@ntd/service";
import { expect, test } from "vitest";
import { Batches } from "../src/batches.ts";

const fingerprint = (n: number): Fingerprint => ({ algorithm: "ALGORITHM_MD5", value: Uint8Array.of(n), quality: n });
const answered = (fingerprints: Fingerprint[]) =>
  fingerprints.map(({ quality }) => ({ matches: [], quality }) as unknown as HashAnswer);

test("what is asked together goes in one call of at most a thousand, each answer to who asked", async () => {
  const sizes: number[] = [];
  const batches = new Batches(async (fingerprints) => {
    sizes.push(fingerprints.length);
    return answered(fingerprints);
  });
  const answers = await Promise.all(Array.from({ length: 2500 }, (_, n) => batches.ask(fingerprint(n))));
  expect(answers.map((one) => (one as unknown as { quality: number }).quality)).toEqual(answers.map((_, n) => n));
  expect(sizes).toEqual([1000, 1000, 500]);
});

test("four calls are under way at most, and what comes meanwhile goes with the next", async () => {
  const calls: { size: number; end: () => void }[] = [];
  const batches = new Batches(async (fingerprints) => {
    await new Promise<void>((end) => calls.push({ size: fingerprints.length, end }));
    return answered(fingerprints);
  });
  const asked: Promise<HashAnswer>[] = [];
  for (let n = 0; n < 8; n++) {
    asked.push(batches.ask(fingerprint(n)));
    await new Promise(setImmediate);
  }
  await new Promise(setImmediate);
  expect(calls.map(({ size }) => size)).toEqual([1, 1, 1, 1]);
  calls[0]?.end();
  while (calls.length < 5) await new Promise(setImmediate);
  expect(calls[4]?.size).toBe(4);
  for (const { end } of calls) end();
  expect(await Promise.all(asked)).toHaveLength(8);
});

test("a call that fails fails for those in it, and not for the next", async () => {
  let fails = true;
  const batches = new Batches(async (fingerprints) => {
    if (fails) throw new Problem("PEER_UNAVAILABLE");
    return answered(fingerprints);
  });
  await expect(batches.ask(fingerprint(1))).rejects.toMatchObject({ reason: "PEER_UNAVAILABLE" });
  fails = false;
  await expect(batches.ask(fingerprint(2))).resolves.toMatchObject({ quality: 2 });
  const short = new Batches(async () => []);
  await expect(short.ask(fingerprint(3))).rejects.toMatchObject({ reason: "PEER_UNAVAILABLE" });
});

test("a platform whose quota of a minute is smaller than a call is asked for as many as that takes", async () => {
  const sizes: number[] = [];
  const batches = new Batches(async (fingerprints) => {
    sizes.push(fingerprints.length);
    const metadata = { quota: "checked_hashes.at_once", limit: "300" };
    if (fingerprints.length > 300) throw new Problem("RATE_LIMITED", "too many", { metadata });
    return answered(fingerprints);
  });
  const asked = Array.from({ length: 700 }, (_, n) => batches.ask(fingerprint(n)));
  expect((await Promise.all(asked)).map((one) => (one as unknown as { quality: number }).quality)).toEqual(
    asked.map((_, n) => n),
  );
  expect(sizes).toEqual([700, 300, 300, 100]);
});

test("more than it holds are refused at once", async () => {
  const batches = new Batches(() => new Promise(() => undefined));
  for (let n = 0; n < 20_000; n++) void batches.ask(fingerprint(n));
  expect(() => batches.ask(fingerprint(0))).toThrow(expect.objectContaining({ reason: "RATE_LIMITED" }));
});
