import { randomUUID } from "node:crypto";
import { generatePicture, reencode } from "@ntd/imagehash/generated";
import { HashListServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import { ImpactServiceService } from "@ntd/proto/hashlists/v1/impact_service";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listedFingerprints, listRows, uploadOf } from "./seed.ts";
import { startStage, type Stage } from "./stage.ts";

// What would follow is shown before it happens, and what then happens is what was shown.

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
  await stage.registerProvider("alpha", "alpha");
}, 120_000);
afterAll(() => stage[Symbol.asyncDispose]());

const lists = (name: string) => stage.client(HashListServiceService, "hashlists", "maintainer", name);
const impact = (name: string) => stage.client(ImpactServiceService, "hashlists", "maintainer", name);
const picture = (seed: number) => generatePicture(seed, { width: 320, height: 240 });

async function rowsOf(...pictures: Uint8Array[]): Promise<string[]> {
  const hashes = await listedFingerprints(pictures);
  return hashes.map(({ value }) => `pdq,${Buffer.from(value).toString("hex")},90,national,csam,3,`);
}
/** Rows of files that nobody has seen. */
const others = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => `md5,${(from + n).toString(16).padStart(32, "ab01")},,national,csam,3,`);

async function reported(seed: number, state: string) {
  const path = `/${seed}.jpg`;
  stage.host.put(path, await reencode(await picture(seed)));
  const report = await stage.report(stage.url("alpha", path));
  const isThere = async () => {
    const { case: found } = await stage.facts(report);
    return found?.state === state && found;
  };
  return { report, found: await eventually(`the case of ${seed} is ${state}`, isThere, 30_000) };
}

test("a poisoned release that shrinks the list, too, is in quarantine: its comparison shows what it would do, and nobody alone does it", async () => {
  const [listed, innocent, seen] = [await picture(301), await picture(302), await picture(303)];
  await listRows(stage, "innocent", await rowsOf(innocent), { negative: true, autoIssue: false });
  await listRows(stage, "known", [...(await rowsOf(listed)), ...others(0, 24)]);
  const { report } = await reported(301, "CASE_STATE_AUTO_DECIDED");
  await eventually("its notice is there", async () => (await stage.facts(report)).notices.length === 1);
  const before = await stage.facts(report);
  const unlisted = await reported(303, "CASE_STATE_QUEUED");

  const [amina, budi, ann] = [await lists("amina"), await lists("budi"), await lists("ann")];
  const poison = await rowsOf(await reencode(innocent, { quality: 60 }), seen);
  const csv = ["algorithm,value,quality,scheme,code,votes,source_id", ...others(12, 24), ...poison, ""].join("\n");
  const { release } = await amina.uploadRelease(uploadOf("known", csv));
  const releaseId = release?.releaseId ?? "";
  const approved = await budi.approveRelease({ requestId: randomUUID(), releaseId });
  expect(approved.release?.state).toBe("RELEASE_STATE_QUARANTINED");
  const { comparison } = await budi.compareRelease({ releaseId });
  expect(comparison).toMatchObject({
    removed: 13n,
    added: 2n,
    removedImpact: { askedCount: 13n, liveEntryCount: 1n, caseCount: 1, liveNoticeCount: 1, noticedEntryCount: 1n },
    addedImpact: { askedCount: 2n, nearNegativeCount: 1n, metEntryCount: 1n, metRowCount: 1n },
  });
  expect(comparison?.removedSample).toHaveLength(13);
  expect(comparison?.addedSample.map(({ algorithm }) => algorithm)).toEqual(["ALGORITHM_PDQ", "ALGORITHM_PDQ"]);

  const named = () => ({ requestId: randomUUID(), releaseId });
  await expect(budi.activateRelease(named())).rejects.toMatchObject({ reason: "WRONG_STATE" });
  for (const same of [amina, budi]) {
    const again = same.approveRelease({ ...named(), confirmRemoved: 13n });
    await expect(again).rejects.toMatchObject({ reason: "SAME_PERSON" });
  }
  for (const removed of [{}, { confirmRemoved: 12n }]) {
    const unsure = ann.approveRelease({ ...named(), ...removed });
    await expect(unsure).rejects.toMatchObject({ fields: [{ field: "confirm_removed" }] });
  }
  // Who looks at it says no: what is in force stands, and so does what came of it.
  const refused = await ann.rejectRelease({ ...named(), reason: "innocent files, and half the list is gone" });
  expect(refused.release?.state).toBe("RELEASE_STATE_REFUSED");
  await expect(ann.approveRelease({ ...named(), confirmRemoved: 13n })).rejects.toMatchObject({
    reason: "WRONG_STATE",
  });
  const after = await stage.facts(report);
  expect([after.case?.state, after.case?.hits.length]).toEqual(["CASE_STATE_AUTO_DECIDED", 1]);
  expect(after.notices.map(({ noticeId }) => noticeId)).toEqual(before.notices.map(({ noticeId }) => noticeId));
  expect(after.notices[0]?.state).not.toMatch(/SUSPENDED|WITHDRAWN/);
  expect((await stage.facts(unlisted.report)).case).toMatchObject({ state: "CASE_STATE_QUEUED", hits: [] });
});

test("another policy says what it would have decided, and that is what happens once it is in force", async () => {
  await listRows(stage, "partner", await rowsOf(await picture(311), await picture(312)), { autoIssue: false });
  const waiting = [await reported(311, "CASE_STATE_QUEUED"), await reported(312, "CASE_STATE_QUEUED")];
  const [amina, budi] = [await lists("amina"), await lists("budi")];
  const policyOf = async () => {
    const { sets } = await amina.listSets({ pageSize: 100, pageToken: "" });
    const policy = sets.find(({ setId }) => setId === "partner")?.policy;
    if (policy === undefined) throw new Error("the set is gone");
    return policy;
  };
  /** Proposes it, and brings it into force once its effect is known; the effect. */
  const changed = async (autoIssue: boolean) => {
    const policy = { ...(await policyOf()), autoIssue };
    const request = { requestId: randomUUID(), setId: "partner", policy, reason: "a story" };
    const changeId = (await amina.proposeSetChange(request)).change?.changeId ?? "";
    const known = await eventually("its effect is known", async () => {
      const { changes } = await budi.listSetChanges({ setId: "partner" });
      return changes.find((one) => one.changeId === changeId)?.effect;
    });
    await budi.approveSetChange({ requestId: randomUUID(), setId: "partner", changeId });
    return known;
  };

  expect(await changed(true)).toMatchObject({
    caseCount: 2,
    newlyDecidedCount: 2,
    waitingCount: 2,
    noLongerDecidedCount: 0,
  });
  for (const { report } of waiting) {
    const isDecided = async () => (await stage.facts(report)).case?.state === "CASE_STATE_AUTO_DECIDED";
    await eventually("a machine decides it", isDecided, 30_000);
  }
  // What was decided stands, whatever the policy is by now.
  expect(await changed(false)).toMatchObject({ caseCount: 2, newlyDecidedCount: 0, noLongerDecidedCount: 2 });
  expect((await stage.facts(waiting[0]?.report ?? "")).case?.state).toBe("CASE_STATE_AUTO_DECIDED");
});

test("a revocation says what falls with it, by its cause, and then what has fallen", async () => {
  await listRows(stage, "fresh", await rowsOf(await picture(321), await picture(322)));
  const { report, found } = await reported(321, "CASE_STATE_AUTO_DECIDED");
  await reported(322, "CASE_STATE_AUTO_DECIDED");
  await eventually("its notice is there", async () => (await stage.facts(report)).notices.length === 1);
  const entryIds = [found.hits[0]?.entryId ?? ""];
  const named = { setId: "fresh", entryIds, fingerprints: [] };
  const assess = async (cause: "REVOCATION_CAUSE_WRONG_FILE" | "REVOCATION_CAUSE_EXPIRED") =>
    (await (await impact("budi")).assessRevocation({ ...named, cause })).impact;
  expect(await assess("REVOCATION_CAUSE_EXPIRED")).toMatchObject({ restingCount: 1, fallingCount: 0 });
  expect(await assess("REVOCATION_CAUSE_WRONG_FILE")).toMatchObject({
    caseCount: 1,
    targetCount: 1,
    machineCount: 1,
    fallingCount: 1,
    liveNoticeCount: 1,
    fallingNoticeCount: 1,
  });
  const cause = "REVOCATION_CAUSE_WRONG_FILE" as const;
  const request = { requestId: randomUUID(), ...named, reason: "listed by mistake", cause };
  const revocationId = (await (await lists("amina")).revokeEntries(request)).revocation?.revocationId ?? "";
  const now = async () => (await (await impact("budi")).getRevocationImpact({ revocationId })).now;
  await eventually("it fell, and its notice with it", async () => (await now())?.suspendedNoticeCount === 1, 30_000);
  expect(await now()).toMatchObject({ machineCount: 0, inDoubtCount: 1, basisRevokedCount: 1, liveNoticeCount: 0 });
});
