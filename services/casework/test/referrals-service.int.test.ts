import { createPublicKey, randomUUID, verify, type JsonWebKey } from "node:crypto";
import { nouns } from "@ntd/bus";
import type { Running } from "@ntd/host";
import { CaseServiceService } from "@ntd/proto/casework/v1/case_service";
import { ReadingServiceService } from "@ntd/proto/operations/v1/reading_service";
import { ReferralServiceService } from "@ntd/proto/casework/v1/referral_service";
import { IcseLinkServiceService } from "@ntd/proto/icse/v1/icse_link_service";
import { connect, service, startRpcServer, type RpcClientOptions, type RpcServer } from "@ntd/rpc";
import { createLog, Health, MovableClock, Problem, sealAddress, sealerFromFile, verifyWhole } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readCaseworkConfig } from "../src/config.ts";
import { start } from "../src/service.ts";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, targetEvent } from "./bed.ts";
import { noon } from "./facts.ts";

let bed: TestBed;
let link: RpcServer & { isDown: boolean };
let casework: Running;
const clock = new MovableClock(noon);
const log = createLog("test", "silent");
const caseId = caseIdOf("target-1", 1);
const url = "http://host.test/a.png";
const HOUR = 3_600_000;

beforeAll(async () => {
  bed = await startTestBed();
  link = await fakeLink();
  const environment = await bed.environment("casework", { HOLD_BACK_MS: "0" });
  const sealer = sealerFromFile(environment["NTD_SEALING_KEYS_FILE"] ?? "");
  const peers = { NTD_MATCHING_ADDRESS: "localhost:1", NTD_ICSE_LINK_ADDRESS: link.address };
  casework = await start(readCaseworkConfig({ ...environment, ...peers }), { clock });
  const address = sealAddress(sealer, { original: url, fetch: url, key: "host.test/a.png" }, noon);
  const gone = { state: "TARGET_STATE_GONE", goneTime: noon, goneStrength: "GONE_STRENGTH_ABSENT" } as const;
  await bed.publish(nouns.target, "gone", "target-1", 1, targetEvent({ address, ...gone }));
  await bed.publish(nouns.match, "matched", "target-1", 1, matchEvent([]));
});
afterAll(async () => {
  await casework[Symbol.asyncDispose]();
  await link[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

async function fakeLink() {
  const fake = { isDown: true };
  const checkFingerprints = async () => {
    if (fake.isDown) throw new Problem("PEER_UNAVAILABLE");
    return { assessment: "ASSESSMENT_BASELINE" as const, stub: true, source: "STUB" };
  };
  const identityDir = await bed.identity("service", "icse-link");
  const access = { "/ntd.icse.v1.IcseLinkService/CheckFingerprints": ["service/casework"] };
  const options = { listen: "127.0.0.1:0", identityDir, access, health: new Health(log), log };
  const server = await startRpcServer(options, [service(IcseLinkServiceService, { checkFingerprints })]);
  return Object.assign(fake, { address: server.address, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() });
}

async function as(kind: "assessor" | "operator" | "police", name: string): Promise<RpcClientOptions> {
  return { address: casework.address, identityDir: await bed.identity(kind, name) };
}
const newest = async () => (await bed.published(nouns.case)).findLast(({ data }) => data.caseId === caseId)?.data;

test("what is decided after it is gone reaches police, who take it away signed and say what came of it", async () => {
  await eventually("the case", async () => (await newest())?.state === "CASE_STATE_QUEUED");
  await using ann = connect(CaseServiceService, await as("assessor", "ann"));
  await using paul = connect(ReferralServiceService, await as("police", "paul"));
  const ids = () => ({ requestId: randomUUID(), caseId });
  await ann.claimCase(ids());
  const said = { decision: "VERDICT_ILLEGAL", classifications: [], basis: "law", reason: "", inDoubt: false } as const;
  await ann.decideCase({ ...ids(), ...said, classifications: [], expectedVersion: 1, despiteGone: true });
  const { referrals } = await paul.listReferrals({ pageSize: 0, pageToken: "", withAcknowledged: false });
  expect(referrals).toMatchObject([{ caseId, isGone: true }]);
  await expect(paul.getReferral({ caseId })).resolves.toMatchObject({ file: { url } });

  const { jws } = await paul.exportReferral({ caseId });
  const keys = JSON.parse((await paul.listExportKeys({})).jwksJson) as { keys: JsonWebKey[] };
  const payload = await verifyWhole(jws, keys, "ntd-referral+jws");
  expect(JSON.parse(Buffer.from(payload).toString())).toMatchObject({
    url,
    causes: ["unknown_material"],
    is_gone: true,
  });
  const [header, body, signature = ""] = jws.split(".");
  const key = createPublicKey({ key: keys.keys[0] ?? {}, format: "jwk" });
  expect(verify(null, Buffer.from(`${header}.${body}`), key, Buffer.from(signature, "base64url"))).toBe(true);

  await paul.acknowledgeReferral({ ...ids(), policeReference: "K-7" });
  await paul.feedbackReferral({ ...ids(), outcome: "REFERRAL_OUTCOME_CHILD_IDENTIFIED", text: "she is safe" });
  const view = await ann.getCase({ by: { $case: "caseId", value: caseId } });
  expect(view.case?.referral?.feedback).toMatchObject([{ text: "she is safe" }]);
  const outcome = async () => (await newest())?.referral?.outcome === "REFERRAL_OUTCOME_CHILD_IDENTIFIED";
  await eventually("others hear of the feedback", outcome);

  await using olga = connect(ReadingServiceService, await as("operator", "olga"));
  const { readings } = await olga.listReadings({
    caseId,
    reader: "police/paul",
    resource: "",
    pageSize: 0,
    pageToken: "",
  });
  expect(readings.map(({ kind }) => kind).toSorted()).toEqual(["export", "referral"]);
});

test("nobody but police reads a referral", async () => {
  for (const [kind, name] of [
    ["assessor", "ann"],
    ["operator", "olga"],
  ] as const) {
    await using client = connect(ReferralServiceService, await as(kind, name));
    await expect(client.getReferral({ caseId })).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
    await expect(client.exportReferral({ caseId })).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
  }
});

test("the link was down all the while; an hour later it answers, and nothing is decided by it", async () => {
  expect((await newest())?.icse).toBeUndefined();
  clock.advance(HOUR);
  link.isDown = false;
  const answered = await eventually("the answer", async () => (await newest())?.icse && (await newest()), 90_000);
  expect(answered).toMatchObject({ icse: { assessment: "ASSESSMENT_BASELINE" }, state: "CASE_STATE_DECIDED" });
});
