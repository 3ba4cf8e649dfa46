import type { Notice } from "@ntd/proto/takedown/v1/notice";
import { derivedId } from "@ntd/service";
import { openReview, type Review } from "./review.ts";

/** One review for each dispute in a notice, by its id: the same however often and in whatever event it comes. */
export function disputesIn(notice: Notice, inquiryMs: number): [id: string, review: Review][] {
  const { noticeId, caseId, decisionId, providerId } = notice;
  return notice.targets.flatMap(({ targetId, answers }) =>
    answers.flatMap((answer): [string, Review][] => {
      const { outcome, receivedTime, revision, disputeGrounds, disputeText } = answer;
      if (outcome !== "OUTCOME_DISPUTED" || receivedTime === undefined) return [];
      const id = derivedId("review", "dispute", noticeId, targetId, revision, receivedTime.getTime());
      const cause = { caseId, targetId, decisionId, noticeId, providerId, openedTime: receivedTime };
      const said = { grounds: groundsWord(disputeGrounds), ...(disputeText && { text: disputeText }) };
      return [[id, openReview({ kind: "REVIEW_KIND_DISPUTE", ...cause, ...said }, inquiryMs)]];
    }),
  );
}

// Release 0.2 told none.
function groundsWord(grounds: string): string {
  const word = grounds.replace("DISPUTE_GROUNDS_", "");
  return word === "UNSPECIFIED" || word === "UNRECOGNIZED" ? "" : word;
}
