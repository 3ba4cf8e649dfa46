import { randomUUID } from "node:crypto";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { nouns } from "@ntd/bus";
import { generatePicture } from "@ntd/imagehash/generated";
import { CaseServiceService } from "@ntd/proto/casework/v1/case_service";
import { LegalHoldServiceService } from "@ntd/proto/casework/v1/legal_hold_service";
import { ERASED, sealerFromFile, sealingClasses } from "@ntd/service";
import { eventually } from "@ntd/testing";
import { expect, test } from "vitest";
import {
  complain,
  contact,
  description,
  erase,
  keysFile,
  noticed,
  reviewOf,
  shown,
  storesOf,
  text,
  whileDown,
} from "./erasing.ts";
import { nothingPending } from "../nothing-pending.ts";
import { outcomes, sealedIn } from "./sealed-texts.ts";
import { startStage, type Stage } from "./stage.ts";

const reason = "district court, 7/26";

/** A case with a notice, and with a complaint against it. */
async function caseOf(stage: Stage, picture: Uint8Array, path: string) {
  const { url, noticeId } = await noticed(stage, picture, path);
  await complain(stage, url);
  const noticeOf = async () => (await stage.bed.published(nouns.notice)).find(({ data }) => data.noticeId === noticeId);
  const { caseId, targets } = (await eventually("its notice", noticeOf)).data;
  const { reviewId } = await reviewOf(stage, targets[0]?.targetId ?? "");
  const whole = { case: url, described: [description, []], review: [url, text, contact], notice: [noticeId, true] };
  return { ids: { caseId, noticeId, reviewId }, whole };
}

test("of two cases of a month the one under a legal hold is read as ever once its keys are erased, the other is not, nor a copy of before", async () => {
  await using stage = await startStage();
  const { bed } = stage;
  const pictures = await Promise.all([101, 102].map((seed) => generatePicture(seed)));
  await stage.list("national", pictures);
  await stage.registerProvider("alpha", "alpha");
  const [kept, other] = [
    await caseOf(stage, pictures[0] ?? new Uint8Array(), "/kept.jpg"),
    await caseOf(stage, pictures[1] ?? new Uint8Array(), "/other.jpg"),
  ];
  expect([await shown(stage, kept.ids), await shown(stage, other.ids)]).toEqual([kept.whole, other.whole]);

  const backup = join(bed.dir, "backup");
  await eventually("all is taken in", () => nothingPending(stage.bed.bus));
  await whileDown(stage, () => cp(storesOf(bed), backup, { recursive: true }));
  const { caseId } = kept.ids;
  const legalHolds = await stage.client(LegalHoldServiceService, "casework", "police", "pia");
  const { case: told } = await legalHolds.setLegalHold({ requestId: randomUUID(), caseId, reason });
  expect(told?.legalHold).toMatchObject({ setBy: "police/pia", reason });
  await eventually("all have heard of it", () => nothingPending(stage.bed.bus));

  await whileDown(stage, async () => {
    for (const of of sealingClasses) await erase(stage, of);
    const keys = sealerFromFile(keysFile(bed));
    const now = outcomes(sealedIn(storesOf(bed)), keys);
    for (const service of ["casework", "intake", "prober", "takedown"]) {
      expect([service, now[`${service} held`]]).toEqual([service, ["open"]]);
    }
    const before = Object.values(outcomes(sealedIn(backup), keys)).flat();
    expect(new Set(before)).toEqual(new Set(["SEALING_KEY_MISSING"]));
  });
  expect(await shown(stage, kept.ids)).toEqual(kept.whole);
  expect(await shown(stage, other.ids)).toEqual({
    case: "",
    described: [ERASED, []],
    review: ["", ERASED, ERASED],
    notice: [other.ids.noticeId, false],
  });
  const assessor = await stage.client(CaseServiceService, "casework", "assessor", "chandra");
  const { case: read } = await assessor.getCase({ by: { $case: "caseId", value: caseId } });
  expect(read?.legalHold?.reason).toBe(reason);
  expect((await bed.bus.manager.streams.info("DEAD")).state.messages).toBe(0);
}, 240_000);
