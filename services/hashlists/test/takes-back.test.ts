import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const reading = fileURLToPath(new URL("takes-back.ts", import.meta.url));
const COUNT = 300_000;
const MOST_BYTES = 25;
/** By which the same process differs from run to run. */
const NOISE_MB = 4;

async function takesBack(different: number): Promise<{ known: number; mostResidentMb: number }> {
  const flags = ["--max-semi-space-size=1", reading, `${COUNT}`, `${different}`];
  const env = { ...process.env, MALLOC_ARENA_MAX: "1" };
  const { stdout } = await promisify(execFile)(process.execPath, flags, { env });
  return JSON.parse(stdout) as { known: number; mostResidentMb: number };
}

test("what a list takes back costs 25 bytes each at the most, however many they are", async () => {
  const [many, few] = [await takesBack(COUNT), await takesBack(100)];
  expect([many.known, few.known]).toEqual([COUNT, 100]);
  expect(many.mostResidentMb - few.mostResidentMb).toBeLessThan((MOST_BYTES * COUNT) / 2 ** 20 + NOISE_MB);
});
