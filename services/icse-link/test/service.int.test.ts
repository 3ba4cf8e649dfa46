import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IcseLinkServiceService } from "@ntd/proto/icse/v1/icse_link_service";
import { connect } from "@ntd/rpc";
import { createLog } from "@ntd/service";
import { createAuthority, issueIdentity, type IdentityName } from "@ntd/embedded";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readIcseLinkConfig } from "../src/config.ts";
import { start } from "../src/service.ts";

let dir: string;
const lines: Record<string, unknown>[] = [];
const log = createLog("icse-link", "debug", { write: (line) => void lines.push(JSON.parse(line)) });
const STUB = "STUB: fixed answers, no link to any database";

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "ntd-icse-"));
  await createAuthority(dir);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const identity = async (kind: IdentityName["kind"], name: string) => (await issueIdentity(dir, { kind, name })).dir;

async function started(answers: unknown) {
  const file = join(dir, "answers.json");
  await writeFile(file, JSON.stringify(answers));
  const config = readIcseLinkConfig({
    NTD_ENVIRONMENT: "TEST",
    ICSE_LINK_IDENTITY_DIR: await identity("service", "icse-link"),
    ICSE_LINK_ANSWERS_FILE: file,
  });
  return start(config, { log });
}

const known = { algorithm: "ALGORITHM_MD5", value: Buffer.alloc(16, 1), quality: 0 } as const;
const answers = { [`md5:${"01".repeat(16)}`]: "BASELINE" };

test("casework gets the file's answer, and every answer says that it is the stub's", async () => {
  await using running = await started(answers);
  const identityDir = await identity("service", "casework");
  await using client = connect(IcseLinkServiceService, { address: running.address, identityDir });
  const [first, second] = await eventually("answers", () =>
    Promise.all([
      client.checkFingerprints({ fingerprints: [known] }),
      client.checkFingerprints({ fingerprints: [{ ...known, value: Buffer.alloc(16, 2) }] }),
    ]),
  );
  expect(first).toEqual({ assessment: "ASSESSMENT_BASELINE", stub: true, source: STUB });
  expect(second).toEqual({ assessment: "ASSESSMENT_UNKNOWN", stub: true, source: STUB });
  await expect(client.checkFingerprints({ fingerprints: [] })).rejects.toMatchObject({ reason: "FIELD_INVALID" });
});

test("nobody but casework is answered", async () => {
  await using running = await started(answers);
  for (const [kind, name] of [
    ["service", "matching"],
    ["assessor", "a"],
    ["operator", "o"],
  ] as const) {
    const identityDir = await identity(kind, name);
    await using client = connect(IcseLinkServiceService, { address: running.address, identityDir });
    await expect(client.checkFingerprints({ fingerprints: [known] })).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
  }
});

test("it says STUB in its log and in its health", async () => {
  lines.length = 0;
  await using _running = await started(answers);
  await eventually("serving", () => lines.some((line) => line["msg"] === "serving"));
  expect(lines).toContainEqual(expect.objectContaining({ msg: STUB, answers: 1 }));
  expect(lines).toContainEqual(expect.objectContaining({ cause: "STUB", degraded: true }));
});

test("a file with bad entries is refused, each named by its place and without its fingerprint", async () => {
  const bad = { [`md5:${"0a".repeat(16)}`]: "MAYBE", "md5:12": "BASELINE" };
  const refused = await started(bad).then(
    () => "started",
    (error: unknown) => String(error),
  );
  expect(refused).toMatch(/entry 1: "MAYBE" is none of[^]*entry 2: the key is no algorithm:hex/);
  expect(refused).not.toContain("0a0a");
});
