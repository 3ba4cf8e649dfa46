import { createHash } from "node:crypto";
import { ProbeServiceService } from "@ntd/proto/prober/v1/probe_service";
import type { Look, Target } from "@ntd/proto/prober/v1/target";
import { NoticeState } from "@ntd/proto/takedown/v1/notice";
import { connect, problemOf, type RpcClient } from "@ntd/rpc";
import { verifyBytes, type JSONWebKeySet } from "@ntd/service";
import { openStore } from "@ntd/store";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { EVIDENCE_TYP } from "../src/evidence/record.ts";
import { openCollections } from "../src/store.ts";
import { openProberBed, targetIdOf, type ProberBed } from "./bed.ts";
import { abroad, browser } from "./examples.ts";

let at: ProberBed;
beforeAll(async () => {
  at = await openProberBed();
});
afterAll(() => at[Symbol.asyncDispose]());

type Client = RpcClient<typeof ProbeServiceService>;
type Kind = "operator" | "assessor" | "regulator" | "police" | "isp" | "reporter";

/** A prober with two voters; whoever asks it, and how many records it left behind once it has ended. */
async function prober() {
  const running = await at.startProber({ eyes: [browser, abroad], homeCountry: "MY" });
  let stopped = false;
  const stop = async () => {
    if (!stopped) await running[Symbol.asyncDispose]();
    stopped = true;
  };
  onTestFinished(stop);
  const as = async (kind: Kind): Promise<Client> => {
    const identityDir = await at.bed.identity(kind, "somebody");
    const client = connect(ProbeServiceService, { address: running.address, identityDir });
    onTestFinished(() => client[Symbol.asyncDispose]());
    return client;
  };
  return { as, stop };
}

/** Ids of all records in the store; no prober may run. */
async function recorded(): Promise<string[]> {
  await using store = await openStore(at.environment["PROBER_STORE_URL"] ?? "");
  const { evidence } = await openCollections(store);
  return (await evidence.find({ limit: 1000 })).map(({ id }) => id);
}

/** The record of a look, once its signature has verified. */
async function evidenceOf(client: Client, { evidenceId }: Look): Promise<Record<string, unknown>> {
  const { record, signature } = await client.getEvidence({ evidenceId });
  const keys = JSON.parse((await client.listEvidenceKeys({})).jwksJson) as JSONWebKeySet;
  expect(JSON.stringify(keys)).not.toContain('"d"');
  await verifyBytes(record, signature, keys, EVIDENCE_TYP);
  const flipped = Buffer.from(record);
  flipped[flipped.length - 3] = (flipped.at(-3) ?? 0) ^ 1;
  await expect(verifyBytes(flipped, signature, keys, EVIDENCE_TYP)).rejects.toMatchObject({
    reason: "SIGNATURE_INVALID",
  });
  return JSON.parse(new TextDecoder().decode(record)) as Record<string, unknown>;
}

const eyesOf = ({ looks }: Target) => looks.map(({ eye }) => eye);

test("every look that a removal rests on has a record that verifies, and what is merely seen again has none", async () => {
  const { as, stop } = await prober();
  const police = await as("police");
  const path = "/removed";
  at.pages.set(path, "picture real 1");
  await at.report(path);
  const first = await at.until(path, "present");
  const [sight] = first.looks;
  expect(await evidenceOf(police, sight as Look)).toMatchObject({
    version: 1,
    environment: "TEST",
    target_id: targetIdOf(path),
    episode: 1,
    ip: "127.0.0.1",
    status: 200,
    observation: "SEEN",
    clock: { legal_instant: false, by: "not configured" },
    rule: { slots_required: 3, pdq_radius: 31 },
  });

  await at.notice(path, "notice-1", 1, NoticeState.ISSUED);
  await eventually("it is seen again and again", () => at.hits(path) >= 6);
  at.pages.set(path, "404 nothing here");
  const gone = await at.until(path, "gone");
  expect(eyesOf(gone).toSorted()).toEqual(["abroad", "abroad", "abroad", "browser", "browser", "browser"]);
  for (const look of gone.looks) {
    expect(await evidenceOf(police, look)).toMatchObject({
      target_id: targetIdOf(path),
      eye: { name: look.eye },
      time: look.time?.toISOString(),
      status: 404,
      observation: "ABSENT",
      reason: "HTTP_NOT_FOUND",
      seen: { sha256: createHash("sha256").update("nothing here").digest("hex"), pdq: null },
    });
  }
  await stop();
  const told = [...first.looks, ...gone.looks].map(({ evidenceId }) => evidenceId);
  expect(new Set(told).size).toBe(7);
  expect((await recorded()).toSorted()).toEqual(told.toSorted());
});

test("records are for operators, assessors, regulators and police, and one that is not there is named so", async () => {
  const { as } = await prober();
  const asked = async (kind: Kind) =>
    (await (await as(kind)).getEvidence({ evidenceId: "none" }).catch(problemOf)) as { reason?: string };
  for (const kind of ["operator", "assessor", "regulator", "police"] as const) {
    expect((await asked(kind)).reason, kind).toBe("NOT_FOUND");
  }
  for (const kind of ["isp", "reporter"] as const) expect((await asked(kind)).reason, kind).toBe("NOT_ALLOWED");
});
