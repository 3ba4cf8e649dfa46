import { randomUUID } from "node:crypto";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { nouns } from "@ntd/bus";
import { AssessmentServiceService } from "@ntd/proto/casework/v1/assessment_service";
import { CaseServiceService } from "@ntd/proto/casework/v1/case_service";
import { ReviewServiceService } from "@ntd/proto/casework/v1/review_service";
import { ComplaintServiceService } from "@ntd/proto/intake/v1/complaint_service";
import { NoticeServiceService } from "@ntd/proto/takedown/v1/notice_service";
import { generatePicture } from "@ntd/imagehash/generated";
import { ERASED, readSealingKeys, sealerFromFile, withMonth, writeSealingKeys, type SealingClass } from "@ntd/service";
import { eventually, type TestBed } from "@ntd/testing";
import { expect, test } from "vitest";
import { watchAs } from "./isp.ts";
import { outcomes, sealedIn } from "./sealed-texts.ts";
import { starts, type ServiceName } from "./services.ts";
import { startStage, type Stage } from "./stage.ts";

const names = Object.keys(starts) as ServiceName[];
const keysFile = (bed: TestBed) => join(bed.dir, "keys", "sealing-keys.json");
const storesOf = (bed: TestBed) => join(bed.dir, "stores");
const contact = "me@mine.example";
const text = "this is my holiday picture";
const description = "seen in a forum";

/** Services are down meanwhile: what rests in their stores can be read, and they begin with the keys that are left. */
async function whileDown(stage: Stage, act: () => Promise<void>): Promise<void> {
  for (const name of names.toReversed()) await stage.stop(name);
  await act();
  for (const name of names) await stage.start(name);
}

/** Takes out every key of a class; of the next month all have one. */
async function erase({ bed, clock }: Stage, of: SealingClass): Promise<void> {
  const left = readSealingKeys(keysFile(bed)).filter(({ id }) => !id.startsWith(of));
  const next = new Date(clock.now().getTime() + 31 * 86_400_000).toISOString().slice(0, 7);
  await writeSealingKeys(keysFile(bed), withMonth(left, next));
}

async function complain(stage: Stage, url: string): Promise<void> {
  const intake = await stage.client(ComplaintServiceService, "intake", "reporter", "owner");
  const about = { capacity: "CAPACITY_SITE_OWNER", url, caseId: "" } as const;
  await intake.submitComplaint({ requestId: randomUUID(), ...about, text, contact, language: "en" });
}

/** What people are shown of one case and its notice, by every service that opens something for somebody. */
async function shown(
  stage: Stage,
  { caseId, noticeId, reviewId }: { caseId: string; noticeId: string; reviewId: string },
) {
  const assessor = await stage.client(CaseServiceService, "casework", "assessor", "chandra");
  const dossiers = await stage.client(AssessmentServiceService, "casework", "assessor", "chandra");
  const reviews = await stage.client(ReviewServiceService, "casework", "assessor", "dewi");
  const isp = await stage.client(NoticeServiceService, "takedown", "isp", "alpha");
  const { case: view } = await assessor.getCase({ by: { $case: "caseId", value: caseId }, openAddress: true });
  const { reports, unanswered } = await dossiers.getDossier({ caseId });
  const { review } = await reviews.getReview({ reviewId });
  const { notice, signed } = await isp.getNotice({ noticeId });
  return {
    case: view?.url,
    described: [reports[0]?.description, unanswered],
    review: [review?.url, review?.text, review?.contact],
    notice: [notice?.noticeId, (signed?.payload.length ?? 0) > 0],
  };
}

const reviewOf = async (stage: Stage, targetId: string) => {
  const reviews = await stage.client(ReviewServiceService, "casework", "assessor", "dewi");
  return eventually("its review", async () =>
    (await reviews.listReviews({ pageSize: 100, pageToken: "" })).reviews.find((one) => one.targetId === targetId),
  );
};

/** A report of a new address with the picture that is listed, and its notice. */
async function noticed(stage: Stage, picture: Uint8Array, path: string) {
  stage.host.put(path, picture);
  const url = stage.url("alpha", path);
  await using isp = await watchAs(stage, "alpha");
  await stage.report(url, { description });
  const { noticeId } = await isp.noticeFor(url);
  return { url, noticeId };
}

test("one class of texts is erased, in every service and in a copy of before, and all others are read as they were", async () => {
  await using stage = await startStage();
  const { bed } = stage;
  const picture = await generatePicture(97);
  await stage.list("national", [picture]);
  await stage.registerProvider("alpha", "alpha");
  const { url, noticeId } = await noticed(stage, picture, "/erased.jpg");
  await complain(stage, url);
  const { caseId, targetId } = await eventually("its case", async () => (await bed.published(nouns.case)).at(-1)?.data);
  const { reviewId } = await reviewOf(stage, targetId);
  const ids = { caseId, noticeId, reviewId };
  const whole = {
    case: url,
    described: [description, []],
    review: [url, text, contact],
    notice: [noticeId, true],
  };
  expect(await shown(stage, ids)).toEqual(whole);

  const backup = join(bed.dir, "backup");
  const rest = (folder: string) => outcomes(sealedIn(folder), sealerFromFile(keysFile(bed)));
  await whileDown(stage, async () => {
    await cp(storesOf(bed), backup, { recursive: true });
    const before = rest(backup);
    expect(Object.keys(before)).toEqual(
      expect.arrayContaining([
        ...["intake", "prober", "casework", "takedown"].map((service) => `${service} address`),
        ...["intake", "casework"].flatMap((service) => [`${service} contact`, `${service} words`]),
      ]),
    );
    expect(new Set(Object.values(before).flat())).toEqual(new Set(["open"]));

    await erase(stage, "contact");
    const without = Object.fromEntries(
      Object.keys(before).map((of) => [of, of.endsWith(" contact") ? ["SEALING_KEY_MISSING"] : ["open"]]),
    );
    expect(rest(storesOf(bed))).toEqual(without);
    expect(rest(backup)).toEqual(without);
  });
  expect(await shown(stage, ids)).toEqual({ ...whole, review: [url, text, ERASED] });
  await noticed(stage, picture, "/after.jpg");

  // The other two: whatever is shown is shown without, and new work goes on.
  await whileDown(stage, () => erase(stage, "words"));
  expect(await shown(stage, ids)).toEqual({ ...whole, described: [ERASED, []], review: [url, ERASED, ERASED] });
  await whileDown(stage, () => erase(stage, "address"));
  expect(await shown(stage, ids)).toEqual({
    case: "",
    described: [ERASED, []],
    review: ["", ERASED, ERASED],
    notice: [noticeId, false],
  });
  await noticed(stage, picture, "/last.jpg");
  expect((await bed.bus.manager.streams.info("DEAD")).state.messages).toBe(0);
}, 240_000);
