import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

// A negative entry is exact unless said otherwise, and its note is shown to who approves it.

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
});
beforeEach(() => void bed.arrived.splice(0));
afterAll(() => bed[Symbol.asyncDispose]());

const release = {
  releaseId: "rel-1",
  setId: "innocent",
  state: "RELEASE_STATE_VALIDATED",
  entryCount: 8n,
  problemCount: 0n,
  uploadedBy: "maintainer/a",
  approvedBy: "",
  uploadedTime: new Date(0),
  approvedTime: undefined,
  activatedTime: undefined,
  revokedCount: 0n,
  remarks: [],
  negativeEntry: { reason: "NEGATIVE_REASON_INNOCENT_OBJECT", note: "a cat", perceptual: false },
};
const hex = "ab".repeat(32);

test("set innocent takes 64 digits for a SHA-256, and says for what it waits", async () => {
  bed.answers.set("proposeNegativeEntry", { release });
  const { out } = await bed.ntd("set", "innocent", "innocent", hex, "--note", "a cat");
  expect(out).toMatch(/innocent object +a cat\n/);
  expect(out).toMatch(/waits for +another person's approval \(set approve-innocent\)/);
  expect(bed.arrived.at(-1)?.request).toMatchObject({
    setId: "innocent",
    fingerprints: [{ algorithm: "ALGORITHM_SHA256", quality: 0 }],
    reason: "NEGATIVE_REASON_INNOCENT_OBJECT",
    note: "a cat",
    perceptual: false,
  });
});

test("set innocent takes what looks alike only with its word and its quality", async () => {
  const negativeEntry = { ...release.negativeEntry, perceptual: true };
  bed.answers.set("proposeNegativeEntry", { release: { ...release, negativeEntry } });
  const said = ["--note", "a cat", "--perceptual"];
  const { out } = await bed.ntd("set", "innocent", "innocent", `pdq:${hex}:90`, ...said);
  expect(out).toMatch(/innocent object +a cat \(and what looks alike\)\n/);
  expect(bed.arrived.at(-1)?.request).toMatchObject({
    fingerprints: [{ algorithm: "ALGORITHM_PDQ", quality: 90 }],
    perceptual: true,
  });
  const { code, err } = await bed.ntd("set", "innocent", "innocent", `pdq:${hex}`, ...said);
  expect([code, err]).toEqual([2, expect.stringContaining("pdq:HEX:QUALITY")]);
});

test("set approve-innocent names the release", async () => {
  bed.answers.set("approveNegativeEntry", { release: { ...release, state: "RELEASE_STATE_ACTIVE" } });
  const { out } = await bed.ntd("set", "approve-innocent", "rel-1");
  expect(out).toMatch(/state +active\n/);
  expect(bed.arrived.at(-1)?.request).toMatchObject({ releaseId: "rel-1" });
});
