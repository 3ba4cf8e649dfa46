import { createHash, randomUUID } from "node:crypto";
import { generatePicture } from "@ntd/imagehash/generated";
import { HashListServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import { setMembers } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { queued } from "./assessor.ts";
import { uploadOf } from "./seed.ts";
import { startStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
  await stage.registerProvider("alpha", "alpha");
});
afterAll(() => stage[Symbol.asyncDispose]());

test("what a child reported of itself waits for a person before what nobody listed, and nobody is asked for anything by it", async () => {
  const [own, other] = await Promise.all([generatePicture(1401), generatePicture(1402)]);
  await reportedByChildren(own);
  stage.host.put("/own.jpg", own);
  stage.host.put("/other.jpg", other);
  const earlier = await stage.report(stage.url("alpha", "/other.jpg"));
  expect(await queued(stage, earlier, "QUEUE_REASON_NO_HIT")).toMatchObject({ lane: "LANE_NORMAL" });

  const report = await stage.report(stage.url("alpha", "/own.jpg"));
  const found = await queued(stage, report, "QUEUE_REASON_NOMINATED_ONLY");
  expect(found).toMatchObject({ lane: "LANE_RAISED", priority: "PRIORITY_RAISED", decision: undefined });
  const hits = ["ALGORITHM_SHA256", "ALGORITHM_SHA1", "ALGORITHM_MD5"].map((algorithm) => ({ algorithm, votes: 9 }));
  const said = { setRole: "SET_ROLE_VICTIM_REPORTED", autoIssue: false, nominatesOnly: true };
  expect(found.hits).toMatchObject(hits.map((hit) => ({ ...hit, ...said })));
  expect((await stage.facts(report)).notices).toEqual([]);
});

// By all that would decide in a list of somebody who has seen it.
async function reportedByChildren(picture: Buffer): Promise<void> {
  const amina = await stage.client(HashListServiceService, "hashlists", "maintainer", "amina");
  const budi = await stage.client(HashListServiceService, "hashlists", "maintainer", "budi");
  const policy = { owner: "helpline", role: "SET_ROLE_VICTIM_REPORTED" as const, minVotes: 0, thresholds: undefined };
  const set = { setId: "own-pictures", members: setMembers("amina", "budi") };
  const made = (autoIssue: boolean) =>
    amina.createSet({ requestId: randomUUID(), ...set, policy: { ...policy, autoIssue } });
  await expect(made(true)).rejects.toThrow("policy.auto_issue");
  await made(false);
  const rows = ["sha256", "sha1", "md5"].map(
    (algorithm) => `${algorithm},${createHash(algorithm).update(picture).digest("hex")},,,,9,file-1`,
  );
  const csv = ["algorithm,value,quality,scheme,code,votes,source_id", ...rows, ""].join("\n");
  const { release } = await amina.uploadRelease(uploadOf(set.setId, csv));
  const releaseId = release?.releaseId ?? "";
  await budi.approveRelease({ requestId: randomUUID(), releaseId });
  await budi.activateRelease({ requestId: randomUUID(), releaseId });
}
