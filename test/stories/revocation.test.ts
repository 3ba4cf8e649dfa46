import { randomUUID } from "node:crypto";
import { generatePicture, reencode } from "@ntd/imagehash/generated";
import { HashListServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import { eventually } from "@ntd/testing";
import { expect, test } from "vitest";
import { listedFingerprints } from "./seed.ts";
import { startStage, type Stage } from "./stage.ts";

const maintainer = (stage: Stage, name: string) =>
  stage.client(HashListServiceService, "hashlists", "maintainer", name);

const untilCase = (stage: Stage, report: string, state: string) =>
  eventually(`case ${state}`, async () => {
    const { case: found } = await stage.facts(report);
    return found?.state === state && found;
  });

test("an entry is taken back: what it alone decided waits for a person, and nothing new is matched by it", async () => {
  await using stage = await startStage();
  const [wrong, right] = [await generatePicture(41), await generatePicture(42)];
  await stage.list("national", [wrong, right]);
  await stage.registerProvider("alpha", "alpha");
  stage.host.put("/wrong.jpg", await reencode(wrong));
  stage.host.put("/right.jpg", await reencode(right));
  const reports = [
    await stage.report(stage.url("alpha", "/wrong.jpg")),
    await stage.report(stage.url("alpha", "/right.jpg")),
  ];
  const [decided, kept] = await Promise.all(
    reports.map((report) => untilCase(stage, report, "CASE_STATE_AUTO_DECIDED")),
  );
  const entryId = decided?.hits[0]?.entryId ?? "";
  expect(entryId).not.toBe("");

  const amina = await maintainer(stage, "amina");
  const request = { setId: "national", entryIds: [entryId], fingerprints: [], reason: "listed by mistake" };
  const { revocation } = await amina.revokeEntries({
    requestId: randomUUID(),
    ...request,
    cause: "REVOCATION_CAUSE_WRONG_FILE",
  });
  expect(revocation).toMatchObject({
    state: "REVOCATION_STATE_EFFECTIVE",
    requestedBy: "maintainer/amina",
    approvedBy: "",
  });

  const queued = await untilCase(stage, reports[0] ?? "", "CASE_STATE_QUEUED");
  expect(queued).toMatchObject({ queueReason: "QUEUE_REASON_BASIS_REVOKED", hits: [] });
  stage.host.put("/again.jpg", await reencode(wrong, { quality: 40 }));
  const again = await stage.report(stage.url("alpha", "/again.jpg"));
  expect(await untilCase(stage, again, "CASE_STATE_QUEUED")).toMatchObject({ hits: [] });
  expect((await stage.facts(reports[1] ?? "")).case).toMatchObject({
    state: "CASE_STATE_AUTO_DECIDED",
    caseId: kept?.caseId,
  });
});

test("an entry that its contributor withdraws matches nothing new, and what it decided stands", async () => {
  await using stage = await startStage();
  const picture = await generatePicture(45);
  await stage.list("national", [picture]);
  stage.host.put("/45.jpg", picture);
  const report = await stage.report(stage.url("alpha", "/45.jpg"));
  const decided = await untilCase(stage, report, "CASE_STATE_AUTO_DECIDED");
  const amina = await maintainer(stage, "amina");
  await amina.revokeEntries({
    requestId: randomUUID(),
    setId: "national",
    entryIds: [...new Set(decided.hits.map(({ entryId }) => entryId))],
    fingerprints: [],
    reason: "contract ended",
    cause: "REVOCATION_CAUSE_WITHDRAWN_BY_CONTRIBUTOR",
  });
  await eventually("nothing is hit any more", async () => (await stage.facts(report)).case?.hits.length === 0);
  const { case: after } = await stage.facts(report);
  expect(after).toMatchObject({ state: "CASE_STATE_AUTO_DECIDED", decision: decided.decision });
  stage.host.put("/45-again.jpg", await reencode(picture));
  const again = await stage.report(stage.url("alpha", "/45-again.jpg"));
  expect(await untilCase(stage, again, "CASE_STATE_QUEUED")).toMatchObject({ hits: [], decision: undefined });
});

test("it stays taken back in the next release that lists it again", async () => {
  await using stage = await startStage();
  const picture = await generatePicture(43);
  await stage.list("national", [picture]);
  stage.host.put("/43.jpg", picture);
  const first = await untilCase(stage, await stage.report(stage.url("alpha", "/43.jpg")), "CASE_STATE_AUTO_DECIDED");
  const entryIds = [first.hits[0]?.entryId ?? ""];
  const amina = await maintainer(stage, "amina");
  await amina.revokeEntries({
    requestId: randomUUID(),
    setId: "national",
    entryIds,
    fingerprints: [],
    reason: "mistake",
    cause: "REVOCATION_CAUSE_WRONG_FILE",
  });
  await stage.list("national", [picture, await generatePicture(44)]);
  stage.host.put("/44.jpg", await generatePicture(44));
  stage.host.put("/43-again.jpg", await reencode(picture));
  await untilCase(stage, await stage.report(stage.url("alpha", "/44.jpg")), "CASE_STATE_AUTO_DECIDED");
  const again = await stage.report(stage.url("alpha", "/43-again.jpg"));
  expect(await untilCase(stage, again, "CASE_STATE_QUEUED")).toMatchObject({ hits: [] });
});

test("more than ten entries need a second person, and nothing falls away before", async () => {
  await using stage = await startStage();
  const pictures = await Promise.all(
    Array.from({ length: 11 }, (_, i) => generatePicture(50 + i, { width: 320, height: 240 })),
  );
  await stage.list("national", pictures);
  stage.host.put("/50.jpg", pictures[0] ?? Buffer.alloc(0));
  const report = await stage.report(stage.url("alpha", "/50.jpg"));
  await untilCase(stage, report, "CASE_STATE_AUTO_DECIDED");
  const [amina, budi] = [await maintainer(stage, "amina"), await maintainer(stage, "budi")];
  const fingerprints = await listedFingerprints(pictures);
  const asked = await amina.revokeEntries({
    requestId: randomUUID(),
    setId: "national",
    entryIds: [],
    fingerprints,
    reason: "a bad source",
    cause: "REVOCATION_CAUSE_WRONG_FILE",
  });
  const revocationId = asked.revocation?.revocationId ?? "";
  expect(asked.revocation).toMatchObject({ state: "REVOCATION_STATE_PENDING", entryCount: 11n });
  await expect(amina.approveRevocation({ requestId: randomUUID(), revocationId })).rejects.toThrow("another person");
  expect((await stage.facts(report)).case?.state).toBe("CASE_STATE_AUTO_DECIDED");
  await budi.approveRevocation({ requestId: randomUUID(), revocationId });
  expect(await untilCase(stage, report, "CASE_STATE_QUEUED")).toMatchObject({
    queueReason: "QUEUE_REASON_BASIS_REVOKED",
  });
});
