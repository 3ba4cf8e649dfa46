import { spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EntryServiceService, HashListServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import { UploadServiceService } from "@ntd/proto/hashlists/v1/upload_service";
import { connect, type RpcClient } from "@ntd/rpc";
import { derivedId } from "@ntd/service";
import { eventually, setMembers, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { startProcess, type ServiceProcess } from "../security/processes.ts";
import { startLine, type Line } from "./line.ts";

// The command line and the service are processes; what lies between them counts every byte that is sent.

const MIB = 1024 * 1024;
const ROWS = 70_000;
const values = Array.from({ length: ROWS }, (_, n) => createHash("md5").update(`${n}`).digest("hex"));
const rows = values.map((value, n) => `md5,${value},,national,csam,3,${n}`);
const file = Buffer.from(["algorithm,value,quality,scheme,code,votes,source_id", ...rows, ""].join("\n"));
const sha256 = createHash("sha256").update(file).digest();
/** Beside the bytes of the file: handshakes, frames, and what was asked for. */
const AROUND = 150_000;

let bed: TestBed;
let service: ServiceProcess;
let line: Line;
let amina: RpcClient<typeof HashListServiceService>;
let budi: RpcClient<typeof HashListServiceService>;
let uploads: RpcClient<typeof UploadServiceService>;
let setId: string;
const held = new AsyncDisposableStack();
beforeAll(async () => {
  bed = held.use(await startTestBed());
  service = held.use(await startProcess(bed, "hashlists"));
  line = held.use(await startLine(service.address));
  const is = async (name: string) => ({
    address: service.address,
    identityDir: await bed.identity("maintainer", name),
  });
  amina = held.use(connect(HashListServiceService, await is("amina")));
  budi = held.use(connect(HashListServiceService, await is("budi")));
  uploads = held.use(connect(UploadServiceService, await is("amina")));
  await writeFile(join(bed.dir, "list.csv"), file);
  await writeFile(join(bed.dir, "endpoints.json"), JSON.stringify({ hashlists: line.address }));
});
afterAll(() => held.disposeAsync());
beforeEach(async () => {
  setId = `set-${randomUUID()}`;
  const policy = { owner: "hotline", role: "SET_ROLE_POSITIVE" as const, autoIssue: false, minVotes: 0 };
  const about = { policy: { ...policy, thresholds: undefined }, members: setMembers("amina", "budi") };
  await amina.createSet({ requestId: randomUUID(), setId, ...about });
});

/** Amina uploads the list at her command line, which is a process of its own. */
async function uploading() {
  const { PATH = "" } = process.env;
  const about = { NTD_ENDPOINTS: join(bed.dir, "endpoints.json") };
  const env = { PATH, ...about, NTD_IDENTITY_DIR: await bed.identity("maintainer", "amina") };
  const program = join(import.meta.dirname, "../../scripts/src/ntd.ts");
  const child = spawn(process.execPath, [program, "set", "upload", setId, join(bed.dir, "list.csv")], { env });
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  for (const out of [child.stdout, child.stderr]) out.setEncoding("utf8").on("data", (text: string) => (said += text));
  const ended = once(child, "close").then(([code, signal]: unknown[]) => ({ code, signal, said }));
  return { child, ended };
}

/** Its request id is named for set, file and options: the very command again is the same upload. */
const kept = () => {
  const uploadRequestId = derivedId("upload", setId, "", "", "", sha256.toString("hex"), 0);
  return uploads.getUpload({ setId, uploadRequestId });
};

/** It is under way, and comes no further: two thirds are sent, and of that two pieces are written. */
async function stuckHalfway() {
  line.hold(2.3 * MIB);
  const ntd = await uploading();
  await eventually("two pieces are written", async () => (await kept()).keptBytes >= 2 * MIB);
  expect((await amina.listReleases({ setId, pageSize: 10, pageToken: "" })).releases).toEqual([]);
  return ntd;
}

/** What was sent since, at most: what was not written, not the file. */
async function expectRestSent(before: number, keptBytes: bigint): Promise<void> {
  const rest = file.length - Number(keptBytes);
  expect(line.sent - before).toBeGreaterThan(file.length - 2.4 * MIB);
  expect(line.sent - before).toBeLessThan(rest + AROUND);
}

/** It is one release with every row once, and in force it is searched as such. */
async function expectWhole(): Promise<void> {
  const { releases } = await amina.listReleases({ setId, pageSize: 10, pageToken: "" });
  const counts = { rows: BigInt(ROWS), new: BigInt(ROWS), duplicate: 0n, refused: 0n };
  const state = "RELEASE_STATE_VALIDATED";
  expect(releases).toMatchObject([{ state, entryCount: BigInt(ROWS), fileBytes: BigInt(file.length), report: counts }]);
  expect(Buffer.from(releases[0]?.fileSha256 ?? []).equals(sha256)).toBe(true);
  const releaseId = releases[0]?.releaseId ?? "";
  await budi.approveRelease({ requestId: randomUUID(), releaseId });
  await budi.activateRelease({ requestId: randomUUID(), releaseId });
  const identityDir = await bed.identity("service", "matching");
  await using matching = connect(EntryServiceService, { address: service.address, identityDir });
  const listed: string[] = [];
  for await (const { entries } of matching.streamEntries({ releaseId })) {
    listed.push(...entries.map(({ fingerprint }) => Buffer.from(fingerprint?.value ?? []).toString("hex")));
  }
  expect(listed).toHaveLength(ROWS);
  expect(new Set(listed)).toEqual(new Set(values));
}

test("the command line is killed halfway: the very command again goes on where it stopped", async () => {
  const { child, ended } = await stuckHalfway();
  child.kill("SIGKILL");
  expect(await ended).toMatchObject({ signal: "SIGKILL" });
  line.lift();
  const { state, keptBytes } = await kept();
  expect(state).toBe("UPLOAD_STATE_KEPT");
  const before = line.sent;
  const again = await (await uploading()).ended;
  expect(again).toMatchObject({ code: 0, said: expect.stringMatching(/entries +70,?000/) });
  await expectRestSent(before, keptBytes);
  await expectWhole();
});

test("the service is killed halfway: the command line gives up in words, and again it goes on from what was written", async () => {
  const { ended } = await stuckHalfway();
  await service.process.kill("SIGKILL");
  line.lift();
  const { code, said } = await ended;
  expect([code, said]).toEqual([expect.any(Number), expect.stringContaining("PEER_UNAVAILABLE")]);
  expect(code).not.toBe(0);
  service.process.start();
  await eventually("it serves again", service.serving);
  const { state, keptBytes } = await kept();
  expect([state, keptBytes >= 2 * MIB]).toEqual(["UPLOAD_STATE_KEPT", true]);
  const before = line.sent;
  expect(await (await uploading()).ended).toMatchObject({ code: 0 });
  await expectRestSent(before, keptBytes);
  await expectWhole();
});

test("the connection is cut halfway: the command line goes on by itself", async () => {
  const { ended } = await stuckHalfway();
  const before = line.sent;
  line.cut();
  line.lift();
  expect(await ended).toMatchObject({ code: 0 });
  expect(line.sent - before).toBeLessThan(file.length - 2 * MIB + AROUND);
  await expectWhole();
});
