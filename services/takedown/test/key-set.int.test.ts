import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newSigningKey, signerFromFile, type JWK, type Signer } from "@ntd/service";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keySetOf } from "../src/notices/key-set.ts";

let dir: string;
let signer: Signer;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "ntd-keys-"));
  await writeFile(join(dir, "key.json"), JSON.stringify(await newSigningKey("new")));
  signer = await signerFromFile(join(dir, "key.json"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function fileOf(...keys: JWK[]): Promise<string> {
  const path = join(dir, "old.json");
  await writeFile(path, JSON.stringify({ keys }));
  return path;
}

const publicPart = (key: JWK): JWK => Object.fromEntries(Object.entries(key).filter(([name]) => name !== "d")) as JWK;

test("the key in use comes first, old ones after it, and no private part of either", async () => {
  const old = publicPart(await newSigningKey("old"));
  const set = keySetOf(signer, await fileOf(old));
  expect(set.keys.map((k) => k.kid)).toEqual(["new", "old"]);
  expect(JSON.stringify(set)).not.toContain('"d"');
  expect(keySetOf(signer, "").keys.map((k) => k.kid)).toEqual(["new"]);
});

test("a private key, a key without an id, a repeated id and a file that is no key set are refused", async () => {
  const { kid: _, ...nameless } = publicPart(await newSigningKey("old"));
  const refused = { reason: "CONFIG_INVALID" };
  for (const key of [await newSigningKey("old"), nameless, publicPart(await newSigningKey("new"))]) {
    const path = await fileOf(key);
    expect(() => keySetOf(signer, path)).toThrow(expect.objectContaining(refused));
  }
  expect(() => keySetOf(signer, join(dir, "key.json"))).toThrow(expect.objectContaining(refused));
  expect(() => keySetOf(signer, join(dir, "none.json"))).toThrow(expect.objectContaining(refused));
});
