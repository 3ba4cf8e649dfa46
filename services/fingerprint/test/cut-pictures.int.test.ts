import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAuthority, issueIdentity } from "@ntd/embedded";
import { differingBits } from "@ntd/imagehash/compare";
import { generatePicture, reencode } from "@ntd/imagehash/generated";
import type { ComputeFingerprintsResponse } from "@ntd/proto/fingerprint/v1/fingerprint_service";
import { FingerprintServiceService, PictureProblem } from "@ntd/proto/fingerprint/v1/fingerprint_service";
import { connect, type RpcClient } from "@ntd/rpc";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readFingerprintConfig } from "../src/config.ts";
import { start } from "../src/service.ts";
import { FFMPEG, heldInMemory } from "./film-bed.ts";

const stack = new AsyncDisposableStack();
let service: RpcClient<typeof FingerprintServiceService>;
let without: typeof service;
beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), "ntd-cut-"));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  await createAuthority(dir);
  const own = await issueIdentity(dir, { kind: "service", name: "fingerprint" });
  const identityDir = (await issueIdentity(dir, { kind: "service", name: "prober" })).dir;
  const started = async (settings: Record<string, string>) => {
    const common = { NTD_ENVIRONMENT: "TEST", NTD_LOG_LEVEL: "silent", FINGERPRINT_IDENTITY_DIR: own.dir };
    const { address } = stack.use(await start(readFingerprintConfig({ ...common, ...settings })));
    return stack.use(connect(FingerprintServiceService, { address, identityDir, deadlineMs: 60_000 }));
  };
  service = await started({});
  without = await started({ FINGERPRINT_FFMPEG: "/nowhere/ffmpeg" });
});
afterAll(() => stack[Symbol.asyncDispose]());

const avif = async (seed: number) => reencode(await generatePicture(seed), { format: "avif", quality: 60 });
const pdqOf = ({ fingerprints }: ComputeFingerprintsResponse) =>
  fingerprints.find(({ algorithm }) => algorithm === "ALGORITHM_PDQ");
const shorter = (bytes: Buffer, share: number) => bytes.subarray(0, Math.floor(bytes.length * (1 - share)));

test.skipIf(FFMPEG === undefined)("an AVIF whose end is missing is hashed as far as it goes", async () => {
  for (const seed of [1, 2, 3]) {
    const whole = await avif(seed);
    const known = pdqOf(await service.computeFingerprints({ content: whole }));
    for (const share of [0.01, 0.1]) {
      const answer = await service.computeFingerprints({ content: shorter(whole, share) });
      expect(answer).toMatchObject({ problem: PictureProblem.UNSPECIFIED, format: "avif", degraded: true });
      const bits = differingBits(known?.value ?? new Uint8Array(), pdqOf(answer)?.value ?? new Uint8Array());
      expect(bits, `picture ${seed} without ${share * 100} %`).toBeLessThanOrEqual(31);
    }
  }
  expect(heldInMemory()).toEqual([]);
});

test.skipIf(FFMPEG === undefined)(
  "one of which nothing but its description is there is broken, as is one that is torn",
  async () => {
    const whole = await avif(4);
    const torn = Buffer.from(whole);
    torn.fill(0xff, Math.floor(whole.length / 2));
    const nothing = whole.subarray(0, whole.indexOf("mdat") + 4);
    for (const content of [nothing, torn.subarray(0, -10)]) {
      const answer = await service.computeFingerprints({ content });
      expect([PictureProblem.BROKEN, PictureProblem.UNSPECIFIED]).toContain(answer.problem);
      expect(answer.fingerprints.length).toBeGreaterThanOrEqual(3);
    }
    expect((await service.computeFingerprints({ content: nothing })).problem).toBe(PictureProblem.BROKEN);
  },
);

test("where nothing decodes films it is broken, and said to be an AVIF", async () => {
  const answer = await without.computeFingerprints({ content: shorter(await avif(1), 0.1) });
  expect(answer).toMatchObject({ problem: PictureProblem.BROKEN, format: "avif", degraded: false });
});
