import type { Notice } from "@ntd/proto/takedown/v1/notice";
import { subjectsOf } from "../breakers/subject.ts";
import type { Deps } from "../deps.ts";
import { disputesIn } from "./disputes.ts";
import { openReviews } from "./open-reviews.ts";

/** Opens a review for each dispute in a notice, and has breakers count it. The case is read, never written. */
export async function openDisputes(deps: Pick<Deps, "reviews" | "cases" | "inquiryMs">, notice: Notice): Promise<void> {
  const disputes = disputesIn(notice, deps.inquiryMs);
  if (disputes.length === 0) return;
  const decisions = (await deps.cases.load(notice.caseId))?.state.decisions ?? [];
  const against = decisions.filter(({ decisionId }) => decisionId === notice.decisionId).flatMap(subjectsOf);
  await openReviews(
    deps,
    disputes.map(([id, review]) => [id, { ...review, against, isUncounted: true }]),
  );
}
