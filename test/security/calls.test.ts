import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FingerprintServiceService } from "@ntd/proto/fingerprint/v1/fingerprint_service";
import { HashListServiceService, type UploadReleaseRequest } from "@ntd/proto/hashlists/v1/hash_list_service";
import { ReportServiceService } from "@ntd/proto/intake/v1/report_service";
import { connect, problemOf } from "@ntd/rpc";
import { eventually, setMembers, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { uploadOf } from "../stories/seed.ts";
import { startBeside, startProcess } from "./processes.ts";
import { slowdown } from "./slowdown.ts";

const MIB = 1024 * 1024;
const MOST_SLOWDOWN = 3;

const parts = new AsyncDisposableStack();
let bed: TestBed;
beforeAll(async () => {
  bed = parts.use(await startTestBed());
});
afterAll(() => parts.disposeAsync());

const outcome = (call: Promise<unknown>) =>
  call.then(
    () => "OK",
    (error: unknown) => {
      const { reason, metadata } = problemOf(error);
      return [reason, metadata["quota"]].filter((part) => part !== undefined).join(" ");
    },
  );

test("calls at twenty times the quota are refused with its name, and another's take three times as long at most", async () => {
  const quotas = join(bed.dir, "few-calls.yaml");
  await writeFile(quotas, "identities: { reporter/greedy: { calls_per_second: 10, burst: 10 } }\n");
  await using intake = await startProcess(bed, "intake", {}, { NTD_QUOTAS_FILE: quotas });
  const at = async (name: string) => ({ address: intake.address, identityDir: await bed.identity("reporter", name) });
  await using patient = connect(ReportServiceService, await at("patient"));
  const ask = async () =>
    expect(await outcome(patient.getReport({ name: `reports/${randomUUID()}` }))).toBe("NOT_FOUND");
  for (let n = 0; n < 100; n += 1) await ask();
  const { address, identityDir } = await at("greedy");
  using greedy = startBeside<Record<string, number>>("greedy.ts", ["call", address, identityDir]);
  const refused = "RATE_LIMITED calls_per_second";
  await eventually("its calls are refused", () => (greedy.said?.[refused] ?? 0) > 200, 30_000);
  const slow = await slowdown(greedy, ask, MOST_SLOWDOWN);
  expect(slow).toBeLessThanOrEqual(MOST_SLOWDOWN);
  expect(greedy.said?.["NOT_FOUND"]).toBeGreaterThan(0);
});

test("messages of 25 MiB are refused beyond the bytes in hand of their identity, and taken again afterwards", async () => {
  const quotas = join(bed.dir, "quotas.yaml");
  await writeFile(quotas, "identities: { service/prober: { bytes_in_hand: 41943040 } }\n");
  await using fingerprint = await startProcess(bed, "fingerprint", { WORKERS: "1" }, { NTD_QUOTAS_FILE: quotas });
  const content = Buffer.alloc(25 * MIB, 1);
  const prober = { address: fingerprint.address, identityDir: await bed.identity("service", "prober") };
  await using hasher = connect(FingerprintServiceService, prober);
  const asked = await Promise.all(
    Array.from({ length: 8 }, () => outcome(hasher.computeFingerprints({ content }, { deadline: 30_000 }))),
  );
  expect(asked).toContain("RATE_LIMITED bytes_in_hand");
  expect(await outcome(hasher.computeFingerprints({ content: Buffer.from("x") }))).toBe("OK");
});

test("uploads of a byte a second: an identity has its own few, and another's uploads are taken all the while", async () => {
  await using hashlists = await startProcess(bed, "hashlists");
  const as = async (name: string) =>
    connect(HashListServiceService, {
      address: hashlists.address,
      identityDir: await bed.identity("maintainer", name),
    });
  await using slow = await as("slow");
  await using other = await as("other");
  const policy = {
    owner: "test",
    role: "SET_ROLE_POSITIVE" as const,
    autoIssue: false,
    minVotes: 2,
    thresholds: undefined,
  };
  for (const setId of ["slow", "other"])
    await other.createSet({ requestId: randomUUID(), setId, policy, members: setMembers("slow", "other") });
  const csv = "algorithm,value,quality,scheme,code,votes,source_id\n";
  const upload = async () => {
    await other.uploadRelease(uploadOf("other", csv + `md5,${randomUUID().replaceAll("-", "")},,national,csam,3,a\n`));
  };
  await upload();
  const held = [0, 1].map(() => outcome(slow.uploadRelease(trickle("slow"), { deadline: 60_000 })));
  await eventually("it has as many as it may", async () => {
    const third = await outcome(slow.uploadRelease(trickle("slow"), { deadline: 1000 }));
    return third === "RATE_LIMITED uploads";
  });
  for (let n = 0; n < 20; n += 1) expect(await outcome(upload())).toBe("OK");
  await slow[Symbol.asyncDispose]();
  expect(await Promise.all(held)).not.toContain("OK");
});

/** A byte a second, for ever. */
async function* trickle(setId: string): AsyncIterable<UploadReleaseRequest> {
  yield { part: { $case: "header", value: { requestId: randomUUID(), setId } } };
  for (;;) {
    yield { part: { $case: "chunk", value: Buffer.from("a") } };
    await new Promise((resolve) => setTimeout(resolve, 1000).unref());
  }
}
