import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keySetOf, watchSigningKeys } from "../src/secrets/key-set.ts";
import { newSigningKey, signerFromFile, verifyBytes, type JWK, type Signer } from "../src/secrets/signed-bytes.ts";
import { createLog } from "../src/telemetry/log.ts";

let dir: string;
let signer: Signer;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "ntd-keys-"));
  await writeFile(join(dir, "key.json"), JSON.stringify(await newSigningKey("new")));
  signer = signerFromFile(join(dir, "key.json"));
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

const kids = ({ keys }: { keys: JWK[] }) => keys.map(({ kid }) => kid);

test.each(["the old key is listed first", "the signing key is swapped first"])(
  "a new signing key signs without a restart, and what the earlier one signed verifies all the while: %s",
  async (order) => {
    const [first, second] = [await newSigningKey("first"), await newSigningKey("second")];
    const files = { signingKeyFile: join(dir, "live.json"), oldSigningKeysFile: join(dir, "live-old.json") };
    await writeFile(files.signingKeyFile, JSON.stringify(first));
    await writeFile(files.oldSigningKeysFile, JSON.stringify({ keys: [] }));
    using keys = watchSigningKeys(files, createLog("test", "silent"));
    const payload = Buffer.from("what is signed");
    const signedBefore = await keys.signer.sign(payload, "typ");
    const list = () => writeFile(files.oldSigningKeysFile, JSON.stringify({ keys: [publicPart(first)] }));
    const swap = () => writeFile(files.signingKeyFile, JSON.stringify(second));
    const inForce = () => keys.signer.kid === "second";
    if (order === "the old key is listed first") {
      await list();
      await swap();
      await eventually("the new key signs", inForce);
    } else {
      await swap();
      await eventually("the new key signs", inForce);
      expect(kids(keys.keySet())).toEqual(["second", "first"]);
      await list();
    }
    expect(kids(keys.keySet())).toEqual(["second", "first"]);
    expect(await verifyBytes(payload, signedBefore, keys.keySet(), "typ")).toEqual({ kid: "first" });
    const signedAfter = await keys.signer.sign(payload, "typ");
    expect(await verifyBytes(payload, signedAfter, keys.keySet(), "typ")).toEqual({ kid: "second" });
  },
);
