import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { generatePicture } from "@ntd/imagehash/generated";
import { newSigningKey, verifyBytes, withMonth, writeSealingKeys, type JSONWebKeySet } from "@ntd/service";
import { issueIdentity } from "@ntd/embedded";
import { eventually, type TestBed } from "@ntd/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { payloadOf, watchAs, type Isp } from "./isp.ts";
import { starts, type ServiceName } from "./services.ts";
import { startStage, type Stage } from "./stage.ts";

const names = Object.keys(starts) as ServiceName[];
const shuffled = <T>(all: readonly T[]): T[] =>
  fc.sample(fc.shuffledSubarray([...all], { minLength: all.length }), 1)[0] ?? [];

/** Puts the picture under one more address and reports it. */
async function report(stage: Stage, picture: Uint8Array, count: number): Promise<string> {
  stage.host.put(`/${count}.jpg`, picture);
  const url = stage.url("alpha", `/${count}.jpg`);
  await stage.report(url);
  return url;
}

async function openStory(stage: Stage): Promise<Uint8Array> {
  const picture = await generatePicture(91);
  await stage.list("national", [picture]);
  await stage.registerProvider("alpha", "alpha");
  return picture;
}

/** Moves the clock meanwhile: what was put off is taken up again. */
async function allNoticed(stage: Stage, isp: Isp, urls: readonly string[]): Promise<void> {
  const addresses = () => new Set(isp.received.map((notice) => payloadOf(notice).targets[0]?.url));
  await eventually(
    "a notice for each address",
    async () => {
      if (urls.every((url) => addresses().has(url))) return true;
      await delay(200);
      stage.clock.advance(2000);
      return false;
    },
    60_000,
  );
  expect(new Set(isp.received.map(({ noticeId }) => noticeId)).size).toBe(urls.length);
}

test("services are started again in any order, and what was reported before and meanwhile is noticed once each", async () => {
  await using stage = await startStage();
  const picture = await openStory(stage);
  await using isp = await watchAs(stage, "alpha");
  const urls = [await report(stage, picture, 0)];
  for (const name of shuffled(names)) {
    await stage.stop(name);
    if (name !== "intake") urls.push(await report(stage, picture, urls.length));
    await stage.start(name);
  }
  await allNoticed(stage, isp, urls);
}, 120_000);

const oldKeys = withMonth([], "2020-01");

/** Each service has a key file of its own, as on machines of their own. */
const sealingKeysOf = (bed: TestBed, name: ServiceName) => join(bed.dir, "keys", `sealing-${name}.json`);

async function ownSealingKeys(name: ServiceName, bed: TestBed): Promise<Record<string, string>> {
  const file = sealingKeysOf(bed, name);
  await mkdir(join(bed.dir, "keys"), { recursive: true });
  await writeSealingKeys(file, oldKeys);
  return { NTD_SEALING_KEYS_FILE: file };
}

async function swap(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

test("sealing keys, signing key and certificates are changed under load, in any order, and nothing is lost", async () => {
  await using stage = await startStage({ environment: ownSealingKeys });
  const { bed, clock } = stage;
  const picture = await openStory(stage);
  await using isp = await watchAs(stage, "alpha");
  const urls = [await report(stage, picture, 0)];
  await isp.noticeFor(urls[0] ?? "");

  const rotated = withMonth(oldKeys, clock.now().toISOString().slice(0, 7));
  const changes = [
    ...names.map((name) => () => writeSealingKeys(sealingKeysOf(bed, name), rotated)),
    ...names.map((name) => async () => {
      await issueIdentity(join(bed.dir, "certificates"), { kind: "service", name });
    }),
    async () => swap(join(bed.dir, "keys", "signing-key.json"), JSON.stringify(await newSigningKey("development-2"))),
  ];
  for (const change of shuffled(changes)) {
    await change();
    urls.push(await report(stage, picture, urls.length));
  }
  // New connections with the new certificates, for every service at once.
  await bed.nats.restart();
  for (const name of ["matching", "fingerprint"] as const) {
    await stage.stop(name);
    await stage.start(name);
  }
  await eventually("the new signing key is offered", async () => kids(await keySet(isp)).includes("development-2"));
  urls.push(await report(stage, picture, urls.length));
  await allNoticed(stage, isp, urls);
  const jwks = await keySet(isp);
  for (const { payload, signature } of isp.received) {
    expect(await verifyBytes(payload, signature, jwks, "ntd-notice+jws")).toMatchObject({
      kid: expect.stringMatching(/^development-/),
    });
  }
}, 180_000);

const kids = (set: JSONWebKeySet) => set.keys.map(({ kid }) => kid);

async function keySet({ client }: Isp): Promise<JSONWebKeySet> {
  return JSON.parse((await client.listSigningKeys({})).jwksJson) as JSONWebKeySet;
}
