import { fileURLToPath } from "node:url";
import { generatePicture } from "@ntd/imagehash/generated";
import { Algorithm } from "@ntd/proto/common/v1/common";
import { HashRecipe, PictureProblem } from "@ntd/proto/fingerprint/v1/fingerprint_service";
import { prepareSandbox } from "@ntd/sandbox";
import { createLog, Health, Problem } from "@ntd/service";
import { eventually } from "@ntd/testing";
import { expect, test } from "vitest";
import { readFingerprintConfig } from "../src/config.ts";
import { decoderProgram } from "../src/decoder-sandbox.ts";
import { openDecoders } from "../src/open-decoders.ts";
import { computeFingerprints } from "../src/rpc-compute-fingerprints.ts";

const WIDE = 704;
const wrongKernel = fileURLToPath(new URL("wrong-kernel.ts", import.meta.url));
const endlessWatch = fileURLToPath(new URL("endless-watch.ts", import.meta.url));

/** Decoders with a kernel that is wrong for pictures so wide, for all, or for none; or with what else is loaded first. */
async function opened(wrongFor: string | undefined, watchEvery: number, preload = wrongKernel) {
  const config = readFingerprintConfig({
    NTD_ENVIRONMENT: "TEST",
    FINGERPRINT_IDENTITY_DIR: "/",
    FINGERPRINT_WORKERS: "1",
    FINGERPRINT_WATCH_EVERY: String(watchEvery),
  });
  const program = decoderProgram(config.maxRssMb);
  const [node, ...rest] = program.command;
  const command = [node, ...(wrongFor === undefined ? rest : ["--import", preload, ...rest, wrongFor])] as const;
  const sandbox = await prepareSandbox({ ...program, command, files: [...program.files, preload] }, "auto");
  const said: unknown[] = [];
  const log = createLog("fingerprint", "silent");
  log.error = (what: unknown) => void said.push(what);
  await using stack = new AsyncDisposableStack();
  const health = stack.use(new Health(log));
  const pool = stack.use(openDecoders(sandbox, config, health, log));
  health.start(100, 10_000);
  const held = stack.move();
  return {
    health,
    said,
    compute: (content: Uint8Array) =>
      computeFingerprints({ pool }, { content, recipe: HashRecipe.EXACT }, new AbortController().signal),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

test("every nth picture is watched, which changes no answer", async () => {
  await using all = await opened(undefined, 1);
  await using none = await opened(undefined, 1_000_000);
  const picture = await generatePicture(1);
  expect(await all.compute(picture)).toEqual(await none.compute(picture));
  await eventually("it serves", () => all.health.serving);
  expect([all.said, [...all.health.degraded]]).toEqual([[], []]);
});

test("a picture whose hashes differ has no perceptual answer; the service goes on, and says so", async () => {
  await using service = await opened(String(WIDE), 1);
  await eventually("it serves: known pictures are hashed as they shall be", () => service.health.serving);
  const answer = await service.compute(await generatePicture(2, { width: WIDE, height: 480 }));
  expect(answer).toMatchObject({ problem: PictureProblem.KERNELS_DIFFER, pdqForms: [], renditions: [] });
  expect(answer.fingerprints.map(({ algorithm }) => algorithm)).toEqual([
    Algorithm.SHA256,
    Algorithm.SHA1,
    Algorithm.MD5,
  ]);
  expect(service.said).toEqual([{ kernels: ["pdq"], over: "picture" }]);
  expect([...service.health.degraded]).toContain("kernels:DIFFER");
  const other = await service.compute(await generatePicture(2));
  expect(other.problem).toBe(PictureProblem.UNSPECIFIED);
  expect(service.health.serving).toBe(true);
});

test("one picture in so many is watched: what lies between goes unseen, what is due is not put off", async () => {
  await using service = await opened(String(WIDE), 3);
  const wrong = await generatePicture(3, { width: WIDE, height: 480 });
  const problems = [];
  for (let i = 0; i < 4; i++) problems.push((await service.compute(wrong)).problem);
  const { UNSPECIFIED, KERNELS_DIFFER } = PictureProblem;
  // After one that differs every picture is watched until one agrees.
  expect(problems).toEqual([UNSPECIFIED, UNSPECIFIED, KERNELS_DIFFER, KERNELS_DIFFER]);
});

test("a picture is not blamed for what watching it takes: its decoder is killed, and another one does not watch it", async () => {
  await using service = await opened(String(WIDE), 1, endlessWatch);
  const answer = await service.compute(await generatePicture(5, { width: WIDE, height: 480 }));
  expect([answer.problem, answer.pdqForms.length]).toEqual([PictureProblem.UNSPECIFIED, 8]);
  expect(service.said).toEqual([]);
});

test("when known pictures' hashes differ, nothing is answered and the service does not serve", async () => {
  await using service = await opened("all", 1000);
  await eventually("it was told", () => service.said.length > 0);
  expect(service.said[0]).toEqual({ kernels: ["pdq"], over: "vectors" });
  const error = await service.compute(await generatePicture(4)).catch((e: unknown) => Problem.from(e));
  expect(error).toMatchObject({ reason: "PEER_UNAVAILABLE" });
  await eventually("it looked", () => service.health.failed.some(({ reason }) => reason.includes("known ones")));
  expect(service.health.serving).toBe(false);
});
