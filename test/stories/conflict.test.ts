import { createHash, randomUUID } from "node:crypto";
import { generatePicture } from "@ntd/imagehash/generated";
import { HashListServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import { ImpactServiceService } from "@ntd/proto/hashlists/v1/impact_service";
import { NegativeEntryServiceService } from "@ntd/proto/hashlists/v1/negative_entry_service";
import { eventually, setMembers } from "@ntd/testing";
import { expect, test } from "vitest";
import { queued } from "./assessor.ts";
import { listRows } from "./seed.ts";
import { startStage, type Stage } from "./stage.ts";

async function innocentSet(stage: Stage): Promise<void> {
  const amina = await stage.client(HashListServiceService, "hashlists", "maintainer", "amina");
  const policy = { owner: "test hotline", role: "SET_ROLE_NEGATIVE" as const, autoIssue: false, minVotes: 0 };
  const members = setMembers("amina", "budi");
  await amina.createSet({
    requestId: randomUUID(),
    setId: "innocent",
    policy: { ...policy, thresholds: undefined },
    members,
  });
}

test("two call innocent what another list has: what was decided stands, persons look, and both lists hear of it", async () => {
  await using stage = await startStage();
  const picture = await generatePicture(1601);
  const value = Uint8Array.from(createHash("sha256").update(picture).digest());
  await listRows(stage, "known", [`sha256,${Buffer.from(value).toString("hex")},,national,csam,3,p0`]);
  await innocentSet(stage);
  await stage.registerProvider("alpha", "alpha");
  const reported = (path: string) => {
    stage.host.put(path, picture);
    return stage.report(stage.url("alpha", path));
  };
  const first = await reported("/first.jpg");
  await eventually("a machine decides it", async () => {
    const { case: found, notices } = await stage.facts(first);
    return found?.state === "CASE_STATE_AUTO_DECIDED" && notices.length === 1;
  });
  const before = await stage.facts(first);

  const amina = await stage.client(NegativeEntryServiceService, "hashlists", "maintainer", "amina");
  const budi = await stage.client(NegativeEntryServiceService, "hashlists", "maintainer", "budi");
  const { release } = await amina.proposeNegativeEntry({
    requestId: randomUUID(),
    setId: "innocent",
    fingerprints: [{ algorithm: "ALGORITHM_SHA256", value, quality: 0 }],
    reason: "NEGATIVE_REASON_INNOCENT_OBJECT",
    note: "a cat",
    perceptual: false,
  });
  await budi.approveNegativeEntry({ requestId: randomUUID(), releaseId: release?.releaseId ?? "" });

  const asked = await queued(stage, first, "QUEUE_REASON_CONFLICT");
  expect(asked).toMatchObject({ doubt: undefined, decision: before.case?.decision, lane: "LANE_RAISED" });
  const second = await reported("/second.jpg");
  const waiting = await queued(stage, second, "QUEUE_REASON_CONFLICT");
  expect(waiting.hits.map(({ setId }) => setId).toSorted()).toEqual(["innocent", "known"]);
  expect(waiting.decision).toBeUndefined();
  const impact = await stage.client(ImpactServiceService, "hashlists", "maintainer", "amina");
  for (const setId of ["innocent", "known"]) {
    const { conflicts } = await impact.listConflicts({ setId });
    expect(conflicts.map(({ entry, caseCount }) => [entry?.fingerprint?.value, caseCount])).toEqual([
      [Buffer.from(value), 2],
    ]);
  }
  const after = await stage.facts(first);
  expect([after.notices, (await stage.facts(second)).notices]).toEqual([before.notices, []]);
});
