import { isByMachine } from "@ntd/facts";
import type { Notice } from "@ntd/proto/takedown/v1/notice";
import { derivedId } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { openReviews } from "./open-reviews.ts";
import { openReview } from "./review.ts";

/**
 * Opens a review of an automatic notice to a provider that had disputed much when it was issued: a person looks while the
 * notice goes its way and its clock runs. Nobody else's notices are touched. It is told by the notice's own times, so
 * that a repeat says the same.
 */
export async function reviewForDisputant(
  deps: Pick<Deps, "reviews" | "cases" | "inquiryMs" | "breaker" | "providerDisputes">,
  notice: Notice,
): Promise<void> {
  const { noticeId, caseId, decisionId, providerId, issuedTime, targets } = notice;
  if (issuedTime === undefined || !GOES_OUT.has(notice.state) || !(await disputesMuch(deps, notice))) return;
  const decisions = (await deps.cases.load(caseId))?.state.decisions ?? [];
  const decision = decisions.find((one) => one.decisionId === decisionId);
  if (decision === undefined || !isByMachine(decision)) return;
  const cause = { caseId, targetId: targets[0]?.targetId ?? "", decisionId, noticeId, providerId };
  const review = openReview(
    { kind: "REVIEW_KIND_PROVIDER_DISPUTES", openedTime: issuedTime, ...cause },
    deps.inquiryMs,
  );
  await openReviews(deps, [[derivedId("review", "provider disputes", noticeId), review]]);
}

const GOES_OUT: ReadonlySet<Notice["state"]> = new Set(["NOTICE_STATE_ISSUED", "NOTICE_STATE_ACKNOWLEDGED"]);

async function disputesMuch(
  { reviews, breaker, providerDisputes }: Pick<Deps, "reviews" | "breaker" | "providerDisputes">,
  { providerId, issuedTime = new Date(0) }: Notice,
): Promise<boolean> {
  const since = new Date(issuedTime.getTime() - breaker.windowMs);
  const where = { disputant: providerId, openedTime: { gt: since, lte: issuedTime } };
  return (await reviews.find({ where, orderBy: "openedTime", limit: providerDisputes })).length >= providerDisputes;
}
