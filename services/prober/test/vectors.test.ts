import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readTargetKey, targetIdOf } from "@ntd/address";
import vectors from "@ntd/address/vectors.json" with { type: "json" };
import { afterAll, beforeAll, expect, test } from "vitest";
import { readProberConfig } from "../src/config.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "ntd-prober-"));
  await writeFile(join(dir, "key"), Buffer.from(vectors.targetKey, "hex"));
  await writeFile(join(dir, "short"), Buffer.from(vectors.targetKey, "hex").subarray(1));
});
afterAll(() => rm(dir, { recursive: true }));

const configured = (keyFile: string) =>
  readProberConfig({
    NTD_ENVIRONMENT: "TEST",
    NTD_NATS_URL: "tls://localhost:4222",
    NTD_SEALING_KEYS_FILE: join(dir, "key"),
    NTD_FINGERPRINT_ADDRESS: "localhost:5001",
    PROBER_IDENTITY_DIR: dir,
    PROBER_STORE_URL: `file:${dir}/store.sqlite`,
    PROBER_SIGNING_KEY_FILE: join(dir, "key"),
    PROBER_TARGET_KEY_FILE: join(dir, keyFile),
  });

test("the prober computes the ids of the vectors that intake computes", () => {
  const key = readTargetKey(configured("key").targetKeyFile);
  for (const { address, targetId } of vectors.vectors) {
    expect(targetIdOf(key, { fetch: new URL(address).href }), address).toBe(targetId);
  }
});

test("a key of fewer than 32 bytes is refused, and so is none", () => {
  expect(() => readTargetKey(configured("short").targetKeyFile)).toThrow("TARGET_KEY_FILE holds 31 bytes");
  expect(() => configured("none")).toThrow("PROBER_TARGET_KEY_FILE: names a file or folder that does not exist");
});
