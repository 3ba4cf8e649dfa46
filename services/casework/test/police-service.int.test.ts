import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nouns } from "@ntd/bus";
import type { Running } from "@ntd/host";
import { HoldServiceService } from "@ntd/proto/casework/v1/hold_service";
import { MarkServiceService } from "@ntd/proto/casework/v1/mark_service";
import { HoldingServiceService, type TellHoldsRequest } from "@ntd/proto/takedown/v1/holding_service";
import { connect, service, startRpcServer, type RpcClientOptions, type RpcServer } from "@ntd/rpc";
import { createLog, Health, MovableClock, sealerFromFile, type Sealer } from "@ntd/service";
import { type IdentityName } from "@ntd/embedded";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readCaseworkConfig } from "../src/config.ts";
import { start } from "../src/service.ts";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, targetEvent } from "./bed.ts";
import { sha256 } from "./facts.ts";

let bed: TestBed;
let takedown: RpcServer;
let casework: Running;
let sealer: Sealer;
const told: TellHoldsRequest[] = [];
const clock = new MovableClock(new Date("2026-03-01T12:00:00Z"));
const log = createLog("test", "silent");
const url = "http://host.test/x.png";
const address = () => sealer.seal(JSON.stringify({ original: url, fetch: url, key: url }), "address", clock.now());

beforeAll(async () => {
  bed = await startTestBed();
  takedown = await fakeTakedown();
  const POLICE_FIRST_FILE = join(bed.dir, "police-first.yaml");
  await writeFile(POLICE_FIRST_FILE, "rules:\n  - when: known\n    minutes: 30\n");
  const environment = await bed.environment("casework", { POLICE_FIRST_FILE, HOME_COUNTRY: "MY", SUPERVISORS: "sue" });
  sealer = sealerFromFile(environment["NTD_SEALING_KEYS_FILE"] ?? "");
  const peers = { NTD_MATCHING_ADDRESS: "localhost:1", NTD_TAKEDOWN_ADDRESS: takedown.address };
  casework = await start(readCaseworkConfig({ ...environment, ...peers }), { clock });
});
afterAll(async () => {
  await casework[Symbol.asyncDispose]();
  await takedown[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

async function fakeTakedown(): Promise<RpcServer> {
  const tellHolds = async (request: TellHoldsRequest) => (told.push(request), { left: [] });
  const identityDir = await bed.identity("service", "takedown");
  const access = { "/ntd.takedown.v1.HoldingService/TellHolds": ["service/casework"] };
  const options = { listen: "127.0.0.1:0", identityDir, access, health: new Health(log), log };
  return startRpcServer(options, [service(HoldingServiceService, { tellHolds })]);
}

async function as(kind: IdentityName["kind"], name: string): Promise<RpcClientOptions> {
  return { address: casework.address, identityDir: await bed.identity(kind, name) };
}

const lastOf = async (targetId: string) =>
  (await bed.published(nouns.case)).findLast(({ data }) => data.targetId === targetId)?.data;

test("marked before the first look: prober is told to wait, police release it, and the loop ends what they leave", async () => {
  await using pam = connect(MarkServiceService, await as("police", "pam"));
  await using prober = connect(MarkServiceService, await as("service", "prober"));
  await using holds = connect(HoldServiceService, await as("police", "pam"));
  const what = { $case: "address", value: url } as const;
  await pam.setMark({ requestId: randomUUID(), what, reason: "operation", expireTime: undefined });
  const ask = (targetId: string) => prober.askMarks({ targetId, episode: 1, address: address(), resolvedIps: [] });
  expect([await ask("marked-1"), await ask("marked-2")]).toEqual([{ isHeld: true }, { isHeld: true }]);
  const held = await eventually("told", async () => (await lastOf("marked-1"))?.holds?.holds[0]);
  const caseId = caseIdOf("marked-1", 1);
  const release = { requestId: randomUUID(), caseId, holdId: held.holdId, reason: "seen" };
  expect((await holds.releaseHold(release)).hold).toMatchObject({ releasedBy: "police/pam" });
  expect([await ask("marked-1"), await ask("marked-2")]).toEqual([{ isHeld: false }, { isHeld: true }]);
  clock.advance(24 * 3_600_000);
  await eventually("ended by itself", async () => (await lastOf("marked-2"))?.holds?.holds[0]?.expired === true);
  expect(await ask("marked-2")).toEqual({ isHeld: false });
  await expect(pam.askMarks({ targetId: "x", episode: 1, address: address(), resolvedIps: [] })).rejects.toMatchObject({
    reason: "NOT_ALLOWED",
  });
});

test("illegal by a machine: held by the rule of the file; an officer holds it on, and takedown knows at once", async () => {
  await bed.publish(nouns.target, "seen", "known-1", 1, targetEvent({ targetId: "known-1", address: address() }));
  await bed.publish(nouns.match, "matched", "known-1", 1, matchEvent([sha256()], { targetId: "known-1" }));
  const decided = await eventually("decided", async () => {
    const found = await lastOf("known-1");
    return found?.state === "CASE_STATE_AUTO_DECIDED" && found;
  });
  expect(decided.holds?.holds.map(({ cause }) => cause)).toContain("HOLD_CAUSE_POLICE_FIRST");
  await using pam = connect(HoldServiceService, await as("police", "pam"));
  const { caseId } = decided;
  const request = {
    requestId: randomUUID(),
    caseId,
    reason: "an inquiry",
    expireTime: undefined,
    lookEvery: undefined,
  };
  expect(await pam.holdCase(request)).toMatchObject({ alreadySent: [], hold: { heldBy: "police/pam" } });
  expect(told.at(-1)?.holds?.holds.at(-1)).toMatchObject({ cause: "HOLD_CAUSE_OFFICER" });
  clock.advance(1_800_000);
  await eventually("the rule's hold is over", async () => {
    const holds = (await lastOf("known-1"))?.holds?.holds ?? [];
    const isOver = (cause: string) => holds.find((one) => one.cause === cause)?.releasedTime !== undefined;
    return isOver("HOLD_CAUSE_POLICE_FIRST") && !isOver("HOLD_CAUSE_OFFICER");
  });
});

test("assessors see no marks, and holds if they are supervisors", async () => {
  const page = { pageSize: 10, pageToken: "", waitsForSupervisor: false, caseId: "" };
  await using ann = connect(HoldServiceService, await as("assessor", "ann"));
  await using sue = connect(HoldServiceService, await as("assessor", "sue"));
  await expect(ann.listHolds(page)).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
  expect((await sue.listHolds(page)).holds.length).toBeGreaterThan(0);
  await using marks = connect(MarkServiceService, await as("assessor", "sue"));
  const list = marks.listMarks({ pageSize: 10, pageToken: "", withEnded: true });
  await expect(list).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
});
