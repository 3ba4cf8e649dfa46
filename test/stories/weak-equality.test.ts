import { createHash, randomUUID } from "node:crypto";
import { generatePicture } from "@ntd/imagehash/generated";
import { HashListServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import { eventually, setMembers } from "@ntd/testing";
import { expect, test } from "vitest";
import { uploadOf } from "./seed.ts";
import { startStage, type Stage } from "./stage.ts";

const HEADER = "algorithm,value,quality,scheme,code,votes,source_id,size";

test("MD5 alone waits for a person; SHA-1 of the same listed file decides; a release without both leaves that as it is", async () => {
  await using stage = await startStage();
  const picture = await generatePicture(71);
  const line = (algorithm: "md5" | "sha1", size = picture.length) =>
    `${algorithm},${createHash(algorithm).update(picture).digest("hex")},,national,csam,3,file-7,${size}`;
  const other = `sha256,${"ab".repeat(32)},,,,,,`;
  stage.host.put("/71.jpg", picture);
  await activate(stage, [line("md5")]);
  const report = await stage.report(stage.url("alpha", "/71.jpg"));
  const weak = await untilCase(stage, report, "CASE_STATE_QUEUED");
  expect(weak).toMatchObject({
    queueReason: "QUEUE_REASON_WEAK_EQUALITY",
    hits: [{ algorithm: "ALGORITHM_MD5", entrySizeBytes: picture.length, querySizeBytes: picture.length }],
  });

  await activate(stage, [line("md5", 1), line("sha1")]);
  await eventually("another size", async () => (await stage.facts(report)).case?.hits.length === 2);
  expect((await stage.facts(report)).case?.queueReason).toBe("QUEUE_REASON_WEAK_EQUALITY");
  await activate(stage, [line("md5"), line("sha1")]);
  const decided = await untilCase(stage, report, "CASE_STATE_AUTO_DECIDED");

  await activate(stage, [other]);
  const after = await eventually("the list has both no more", async () => {
    const { case: found } = await stage.facts(report);
    return found?.hits.length === 0 && found;
  });
  expect(after).toMatchObject({
    state: "CASE_STATE_AUTO_DECIDED",
    decision: { decisionId: decided.decision?.decisionId },
    doubt: undefined,
  });
});

async function activate(stage: Stage, rows: readonly string[]): Promise<void> {
  const amina = await stage.client(HashListServiceService, "hashlists", "maintainer", "amina");
  const budi = await stage.client(HashListServiceService, "hashlists", "maintainer", "budi");
  const { sets } = await amina.listSets({ pageSize: 100, pageToken: "" });
  if (sets.length === 0) {
    const policy = { owner: "test hotline", role: "SET_ROLE_POSITIVE" as const, autoIssue: true, minVotes: 2 };
    const members = setMembers("amina", "budi");
    await amina.createSet({
      requestId: randomUUID(),
      setId: "known",
      policy: { ...policy, thresholds: undefined },
      members,
    });
  }
  const { release } = await amina.uploadRelease(uploadOf("known", [HEADER, ...rows, ""].join("\n")));
  const releaseId = release?.releaseId ?? "";
  await budi.approveRelease({ requestId: randomUUID(), releaseId });
  await budi.activateRelease({ requestId: randomUUID(), releaseId });
}

function untilCase(stage: Stage, report: string, state: string) {
  return eventually(`case ${state}`, async () => {
    const { case: found } = await stage.facts(report);
    return found?.state === state && found;
  });
}
