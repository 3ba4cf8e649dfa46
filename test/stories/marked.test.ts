import { randomUUID } from "node:crypto";
import { HoldServiceService } from "@ntd/proto/casework/v1/hold_service";
import { MarkServiceService } from "@ntd/proto/casework/v1/mark_service";
import { generatePicture } from "@ntd/imagehash/generated";
import { eventually } from "@ntd/testing";
import { expect, test } from "vitest";
import { startStage } from "./stage.ts";

test("what police marked is not fetched before they say so, and then at once", async () => {
  await using stage = await startStage();
  stage.host.put("/marked.jpg", await generatePicture(801));
  stage.host.put("/other.jpg", await generatePicture(802));
  const url = stage.url("alpha", "/marked.jpg");
  const marks = await stage.client(MarkServiceService, "casework", "police", "oona");
  const holds = await stage.client(HoldServiceService, "casework", "police", "oona");
  const reason = "an inquiry is under way";
  await marks.setMark({
    requestId: randomUUID(),
    what: { $case: "address", value: url },
    reason,
    expireTime: undefined,
  });
  const report = await stage.report(url);
  const page = { pageSize: 10, pageToken: "", waitsForSupervisor: false, caseId: "" };
  const held = await eventually("it is held", async () => (await holds.listHolds(page)).holds[0]);
  await stage.report(url);
  const other = await stage.report(stage.url("beta", "/other.jpg"));
  await eventually("another is looked at", async () => (await stage.facts(other)).target);
  expect(stage.host.requests("/marked.jpg")).toBe(0);
  expect(await stage.facts(report)).toMatchObject({ target: undefined, case: { caseId: held.caseId } });
  const { caseId, hold } = held;
  await holds.releaseHold({ requestId: randomUUID(), caseId, holdId: hold?.holdId ?? "", reason });
  await eventually("it is looked at", async () => (await stage.facts(report)).target?.state === "TARGET_STATE_PRESENT");
  expect((await stage.facts(report)).case?.caseId).toBe(caseId);
});
