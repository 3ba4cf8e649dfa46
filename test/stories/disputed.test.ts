import { randomUUID } from "node:crypto";
import { generatePicture, reencode } from "@ntd/imagehash/generated";
import { EntryOpinionServiceService, type EntryName } from "@ntd/proto/hashlists/v1/opinion_service";
import { eventually } from "@ntd/testing";
import { expect, test } from "vitest";
import { queued } from "./assessor.ts";
import { startStage } from "./stage.ts";

test("a member disputes an entry: what it decided stands, no machine decides on it again, and disabled it is not found for a time", async () => {
  await using stage = await startStage();
  const picture = await generatePicture(1501);
  await stage.list("national", [picture]);
  await stage.registerProvider("alpha", "alpha");
  const reported = async (path: string, quality: number) => {
    stage.host.put(path, await reencode(picture, { quality }));
    return stage.report(stage.url("alpha", path));
  };
  const first = await reported("/first.jpg", 80);
  const decided = await eventually("a machine decides it", async () => {
    const { case: found, notices } = await stage.facts(first);
    return found?.state === "CASE_STATE_AUTO_DECIDED" && notices.length === 1 && found;
  });

  const amina = await stage.client(EntryOpinionServiceService, "hashlists", "maintainer", "amina");
  const entry: EntryName = { name: { $case: "entryId", value: decided.hits[0]?.entryId ?? "" } };
  const of = { setId: "national", entry };
  const said = { opinion: "ENTRY_OPINION_NEGATIVE" as const, note: "a drawing" };
  await amina.giveOpinions({ requestId: randomUUID(), setId: "national", entries: [entry], ...said });
  await eventually("the case shows it", async () => {
    const { case: now } = await stage.facts(first);
    return now?.hits[0]?.disputed === true && now.state === "CASE_STATE_AUTO_DECIDED";
  });
  const second = await reported("/second.jpg", 70);
  const waiting = await queued(stage, second, "QUEUE_REASON_DISPUTED");
  expect(waiting.hits).toMatchObject([{ disputed: true, autoIssue: true }]);

  await amina.disableEntry({ requestId: randomUUID(), ...of, days: 7, reason: "until somebody has looked" });
  const third = await reported("/third.jpg", 60);
  expect((await queued(stage, third, "QUEUE_REASON_NO_HIT")).hits).toEqual([]);
  await eventually("the first one has no hit", async () => (await stage.facts(first)).case?.hits.length === 0);
  await amina.withdrawOpinions({ requestId: randomUUID(), setId: "national", entries: [entry] });
  await amina.enableEntry({ requestId: randomUUID(), ...of });
  for (const report of [second, third]) {
    await eventually("it decides as before", async () => (await stage.facts(report)).notices.length === 1);
  }
  const after = await stage.facts(first);
  expect(after.case).toMatchObject({ state: "CASE_STATE_AUTO_DECIDED", decision: decided.decision });
  expect(after.notices).toHaveLength(1);
});
