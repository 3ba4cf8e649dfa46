import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keySetOf, signerFromFile, verifyBytes } from "@ntd/service";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type * as Files from "../src/certificates/files.ts";
import { createKeys, keySettings, rotateKeys, type KeyFiles } from "../src/index.ts";

// Of the writes of a process, as many as `left` says; the next one is the moment at which it dies.
const life = vi.hoisted(() => ({ left: Infinity }));
vi.mock("../src/certificates/files.ts", async (original) => {
  const files = await original<typeof Files>();
  return {
    ...files,
    async writeWhole(...args: Parameters<typeof files.writeWhole>): Promise<void> {
      if (life.left-- <= 0) throw new Error("died");
      return files.writeWhole(...args);
    },
  };
});

const at = (text: string) => new Date(`${text}T12:00:00Z`);
const bytes = (text: string) => new TextEncoder().encode(text);
let dir: string;
let files: KeyFiles;
beforeEach(async () => {
  life.left = Infinity;
  dir = await mkdtemp(join(tmpdir(), "ntd-keys-"));
  files = await createKeys(dir, at("2026-11-10"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const rotate = (day: string) => rotateKeys(dir, at(day));

test.each(["signing", "evidence", "referral", "feed"] as const)(
  "the %s key changes with the year, and what it signed verifies",
  async (of) => {
    const olds = { signing: "oldSigning", evidence: "oldEvidence", referral: "oldReferral", feed: "oldFeed" } as const;
    const old = olds[of];
    const before = signerFromFile(files[of]);
    const signature = await before.sign(bytes("said"), "t");
    await rotate("2026-12-31");
    expect(signerFromFile(files[of]).kid).toBe(before.kid);
    expect(await rotate("2027-01-01")).toContain(before.kid.replace("2026", "2027"));
    expect(await rotate("2027-01-02")).toEqual([]);
    // A clock that was put back changes nothing.
    expect(await rotate("2026-12-31")).toEqual([]);
    expect(signerFromFile(files[of]).kid).toBe(before.kid.replace("2026", "2027"));
    await rotate("2028-01-01");
    const set = keySetOf(signerFromFile(files[of]), files[old]);
    expect(set.keys.map(({ kid }) => kid?.slice(-4) ?? "").toSorted((a, b) => a.localeCompare(b))).toEqual([
      "2026",
      "2027",
      "2028",
    ]);
    expect(await verifyBytes(bytes("said"), signature, set, "t")).toEqual({ kid: before.kid });
    expect(await readFile(files[old], "utf8")).not.toContain('"d"');
  },
);

test("keys from before they were named for a year, without a file of old ones, are followed too", async () => {
  const { kid: _, ...jwk } = JSON.parse(await readFile(files.signing, "utf8")) as Record<string, string>;
  await writeFile(files.signing, JSON.stringify({ ...jwk, kid: "development-1" }));
  await rm(files.oldSigning);
  expect(await rotate("2026-11-10")).toContain("development-2026");
  expect(keySetOf(signerFromFile(files.signing), files.oldSigning).keys).toHaveLength(2);
});

test("a process may die at any write: every key verifies, and the next look does the rest", async () => {
  const signature = await signerFromFile(files.signing).sign(bytes("said"), "t");
  for (let deaths = 0; deaths < 7; deaths++) {
    life.left = deaths;
    await rotate("2027-01-01").catch(() => undefined);
    life.left = Infinity;
    const set = keySetOf(signerFromFile(files.signing), files.oldSigning);
    expect(await verifyBytes(bytes("said"), signature, set, "t")).toEqual({ kid: "development-2026" });
  }
  await rotate("2027-01-01");
  expect(signerFromFile(files.signing).kid).toBe("development-2027");
  expect(await rotate("2027-01-01")).toEqual([]);
});

test("who signs is told where the keys before stand", () => {
  expect(keySettings("takedown", files)["TAKEDOWN_OLD_SIGNING_KEYS_FILE"]).toBe(files.oldSigning);
  expect(keySettings("prober", files)["PROBER_OLD_SIGNING_KEYS_FILE"]).toBe(files.oldEvidence);
  expect(keySettings("casework", files)["CASEWORK_OLD_SIGNING_KEYS_FILE"]).toBe(files.oldReferral);
});
