import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { createKeys } from "../src/keys.ts";

vi.mock("node:fs/promises", { spy: true });

test("each key file comes whole into its place, and a second start keeps it", async () => {
  const dir = await mkdtemp(join(tmpdir(), "ntd-keys-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const files = Object.values(await createKeys(dir));
  const contents = () => Promise.all(files.map((file) => readFile(file, "base64")));
  expect(vi.mocked(writeFile).mock.calls).toEqual([]);
  const placed = vi.mocked(rename).mock.calls.map(([, to]) => String(to));
  expect(new Set(placed)).toEqual(new Set(files));
  const before = await contents();
  await createKeys(dir);
  expect(await contents()).toEqual(before);
});
