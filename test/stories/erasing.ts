import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { AssessmentServiceService } from "@ntd/proto/casework/v1/assessment_service";
import { CaseServiceService } from "@ntd/proto/casework/v1/case_service";
import { ReviewServiceService } from "@ntd/proto/casework/v1/review_service";
import { ComplaintServiceService } from "@ntd/proto/intake/v1/complaint_service";
import { NoticeServiceService } from "@ntd/proto/takedown/v1/notice_service";
import { readSealingKeys, withMonth, writeSealingKeys, type SealingClass } from "@ntd/service";
import { eventually, type TestBed } from "@ntd/testing";
import { watchAs } from "./isp.ts";
import { starts, type ServiceName } from "./services.ts";
import type { Stage } from "./stage.ts";

const names = Object.keys(starts) as ServiceName[];
export const keysFile = (bed: TestBed) => join(bed.dir, "keys", "sealing-keys.json");
export const storesOf = (bed: TestBed) => join(bed.dir, "stores");
export const contact = "me@mine.example";
export const text = "this is my holiday picture";
export const description = "seen in a forum";

/** Services are down meanwhile: what rests in their stores can be read, and they begin with the keys that are left. */
export async function whileDown(stage: Stage, act: () => Promise<void>): Promise<void> {
  for (const name of names.toReversed()) await stage.stop(name);
  await act();
  for (const name of names) await stage.start(name);
}

/** Takes out every key of a class; of the next month all have one. */
export async function erase({ bed, clock }: Stage, of: SealingClass): Promise<void> {
  const left = readSealingKeys(keysFile(bed)).filter(({ id }) => !id.startsWith(of));
  const next = new Date(clock.now().getTime() + 31 * 86_400_000).toISOString().slice(0, 7);
  await writeSealingKeys(keysFile(bed), withMonth(left, next));
}

export async function complain(stage: Stage, url: string): Promise<void> {
  const intake = await stage.client(ComplaintServiceService, "intake", "reporter", "owner");
  const about = { capacity: "CAPACITY_SITE_OWNER", url, caseId: "" } as const;
  await intake.submitComplaint({ requestId: randomUUID(), ...about, text, contact, language: "en" });
}

/** What people are shown of one case and its notice, by every service that opens something for somebody. */
export async function shown(
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

export const reviewOf = async (stage: Stage, targetId: string) => {
  const reviews = await stage.client(ReviewServiceService, "casework", "assessor", "dewi");
  return eventually("its review", async () =>
    (await reviews.listReviews({ pageSize: 100, pageToken: "" })).reviews.find((one) => one.targetId === targetId),
  );
};

/** A report of a new address with the picture that is listed, and its notice. */
export async function noticed(stage: Stage, picture: Uint8Array, path: string) {
  stage.host.put(path, picture);
  const url = stage.url("alpha", path);
  await using isp = await watchAs(stage, "alpha");
  await stage.report(url, { description });
  const { noticeId } = await isp.noticeFor(url);
  return { url, noticeId };
}
