import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKeys, startTending, tendSealingKeys } from "@ntd/embedded";
import { createLog, MovableClock, readSealingKeys, sealerFromFile } from "@ntd/service";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

const periods = { address: 84, contact: 4, words: 24 };
let dir: string;
beforeAll(async () => void (dir = await mkdtemp(join(tmpdir(), "ntd-tend-"))));
afterAll(() => rm(dir, { recursive: true }));

test("over three years keys come before they are needed, and go at their time", async () => {
  const { sealing } = await createKeys(dir, new Date("2026-11-20"));
  const ids = () => readSealingKeys(sealing).map(({ id }) => id);
  expect(ids()).toEqual(["address-2026-11", "contact-2026-11", "words-2026-11", "held-2026-11"]);
  const reported = new Date("2026-11-21");
  const [address, contact] = [
    sealerFromFile(sealing).seal("a", "address", reported),
    sealerFromFile(sealing).seal("c", "contact", reported),
  ];
  const erased: string[] = [];
  for (let month = 0; month < 36; month++) {
    const now = new Date(Date.UTC(2026, 10 + month, 25));
    erased.push(...(await tendSealingKeys(sealing, periods, now)).erased);
    for (const each of ["address", "contact", "words"] as const) {
      expect(sealerFromFile(sealing).seal("x", each, now).keyId).toBe(`${each}-${now.toISOString().slice(0, 7)}`);
    }
    expect(ids()).toContain(`words-${new Date(Date.UTC(2026, 11 + month, 1)).toISOString().slice(0, 7)}`);
  }
  expect(erased.filter((id) => /^(address|held)/.test(id))).toEqual([]);
  expect([erased[0], erased.filter((id) => id.startsWith("words")).length]).toEqual(["contact-2026-11", 11]);
  expect(sealerFromFile(sealing).open(address)).toBe("a");
  expect(() => sealerFromFile(sealing).open(contact)).toThrow(
    expect.objectContaining({ reason: "SEALING_KEY_MISSING" }),
  );
});

test("where all is as it should be nothing is written", async () => {
  const { sealing } = await createKeys(join(dir, "still"), new Date("2026-11-20"));
  await tendSealingKeys(sealing, periods, new Date("2026-11-20"));
  const before = (await stat(sealing)).ino;
  expect(await tendSealingKeys(sealing, periods, new Date("2026-11-30"))).toEqual({ added: [], erased: [] });
  expect((await stat(sealing)).ino).toBe(before);
});

test("it is done by itself, from the start on", async () => {
  const { sealing } = await createKeys(join(dir, "tended"), new Date("2026-11-20"));
  const clock = new MovableClock(new Date("2027-05-01"));
  await using _ = startTending({ file: sealing, periods: { value: periods }, log: createLog("test", "silent"), clock });
  const ids = () => readSealingKeys(sealing).map(({ id }) => id);
  await eventually("the keys of May and June are there", () => ids().includes("words-2027-06"));
  expect(ids()).toContain("contact-2026-11");
});
