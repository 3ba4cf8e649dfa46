import { nouns } from "@ntd/bus";
import { AssessmentServiceService } from "@ntd/proto/casework/v1/assessment_service";
import { hashPicture } from "@ntd/imagehash";
import { generatePicture } from "@ntd/imagehash/generated";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { decide } from "../stories/assessor.ts";
import { complain, contact, description, noticed, reviewOf, shown, text } from "../stories/erasing.ts";
import { watchAs } from "../stories/isp.ts";
import { starts } from "../stories/services.ts";
import { startStage, type Stage } from "../stories/stage.ts";
import { hearLog } from "./heard.ts";

/** In every address that is reported here. */
const MARK = "zq17";
const PERSONS = ["amina", "budi", "chandra", "dewi"];

const heard = hearLog();
let stage: Stage;
beforeAll(async () => {
  stage = await startStage({ environment: async () => ({ NTD_LOG_LEVEL: "debug" }) });
}, 120_000);
afterAll(() => stage[Symbol.asyncDispose]());

test("from a report to a dispute and a complaint, what goes well and what does not: no log has an address, a hash, a contact, words or a person", async () => {
  const [listed, other] = [await generatePicture(61), await generatePicture(62)];
  await stage.list("national", [listed]);
  await stage.registerProvider("alpha", "alpha");
  const { url, noticeId } = await noticed(stage, listed, `/${MARK}-listed.png`);
  await complain(stage, url);
  const { caseId, targetId } = await eventually(
    "its case",
    async () => (await stage.bed.published(nouns.case)).at(-1)?.data,
  );
  const { reviewId } = await reviewOf(stage, targetId);
  expect(await shown(stage, { caseId, noticeId, reviewId })).toMatchObject({ case: url, notice: [noticeId, true] });
  await decided(other);
  await refusedAndUnseen();
  await unanswered(listed, caseId);
  // What a service says of its end is heard, too.
  for (const service of Object.keys(starts) as (keyof typeof starts)[]) await stage.stop(service);

  const lines = heard.lines();
  const names = new Set(lines.filter((line) => line !== "").map((line) => (JSON.parse(line) as Line).service));
  expect([...names]).toEqual(expect.arrayContaining(Object.keys(starts)));
  const hashes = [...(await hashesOf(listed)), ...(await hashesOf(other))];
  const host = ["pictures.alpha.example", `:${stage.host.port}`];
  const secrets = [MARK, ...host, contact, text, description, ...PERSONS, ...hashes];
  expect(lines.filter((line) => secrets.some((secret) => line.toLowerCase().includes(secret.toLowerCase())))).toEqual(
    [],
  );
}, 180_000);

interface Line {
  service: string;
}

/** A picture that nobody knows is decided by a person, and its provider disputes that. */
async function decided(picture: Uint8Array): Promise<void> {
  const path = `/${MARK}-unknown.png`;
  stage.host.put(path, picture);
  const url = stage.url("alpha", path);
  const hashed = await hashPicture(picture);
  const hex = hashed.cryptographic.md5;
  const fingerprints = [{ algorithm: "ALGORITHM_MD5" as const, hex }];
  const target = { url, observedTime: undefined, mediaType: "MEDIA_TYPE_IMAGE" as const, fingerprints };
  const report = await stage.report(url, { description, targets: [target] });
  const { caseId } = await eventually("a case to decide", async () => (await stage.facts(report)).case, 30_000);
  await using isp = await watchAs(stage, "alpha");
  await decide(stage, caseId, "VERDICT_ILLEGAL");
  await isp.dispute(await isp.noticeFor(url));
}

/** Addresses that nobody can look at, and some that none are. */
async function refusedAndUnseen(): Promise<void> {
  const broken = `/${MARK}-broken.png`;
  stage.host.put(broken, Buffer.from("\x89PNG\r\n\x1a\n and no picture"));
  stage.host.put(`/${MARK}-failing.png`, 500);
  const unseen = [
    stage.url("alpha", broken),
    stage.url("alpha", `/${MARK}-failing.png`),
    `http://pictures.alpha.example:1/${MARK}-closed.png`,
    `https://pictures.alpha.example:${stage.host.port}/${MARK}-no-tls.png`,
    `http://${MARK}.nowhere.example/${MARK}.png`,
  ];
  for (const url of unseen) {
    const report = await stage.report(url, { description });
    await eventually(`somebody looked at ${url}`, async () => (await stage.facts(report)).target !== undefined, 30_000);
  }
  for (const url of [`${MARK} is no address`, `http://${MARK}.example:99999/`]) {
    await expect(stage.report(url)).rejects.toMatchObject({ reason: "FIELD_INVALID" });
  }
}

/** What is looked at and asked for while nobody answers who is asked about it. */
async function unanswered(picture: Uint8Array, caseId: string): Promise<void> {
  const path = `/${MARK}-unanswered.png`;
  stage.host.put(path, picture);
  for (const service of ["fingerprint", "intake"] as const) await stage.stop(service);
  const dossiers = await stage.client(AssessmentServiceService, "casework", "assessor", "chandra");
  const { unanswered: silent } = await dossiers.getDossier({ caseId });
  expect(silent).not.toEqual([]);
  await stage.start("intake");
  await stage.report(stage.url("alpha", path), { description });
  const isSaid = (words: string) => heard.lines().some((line) => line.includes(words));
  await eventually("a look fails and says so", () => isSaid("a probe failed on our side"), 30_000);
  expect(isSaid("what reports said is not known now")).toBe(true);
}

/** As text in any form in which bytes are written, those of JSON too. */
async function hashesOf(picture: Uint8Array): Promise<string[]> {
  const hashed = await hashPicture(picture);
  if (!hashed.ok) throw new Error(hashed.reason);
  const { md5, sha1, sha256 } = hashed.cryptographic;
  const all = [...[md5, sha1, sha256].map((hex) => Buffer.from(hex, "hex")), Buffer.from(hashed.pdq.forms.original)];
  return all.flatMap((bytes) => {
    const first = [...bytes.subarray(0, 8)];
    const written = [first.join(","), first.map((byte, nth) => `"${nth}":${byte}`).join(",")];
    return [...written, bytes.toString("hex"), bytes.toString("base64"), bytes.toString("base64url")];
  });
}
