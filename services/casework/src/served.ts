import { AssessmentServiceService } from "@ntd/proto/casework/v1/assessment_service";
import { CaseServiceService } from "@ntd/proto/casework/v1/case_service";
import { ClusterServiceService } from "@ntd/proto/casework/v1/cluster_service";
import { BreakerServiceService } from "@ntd/proto/casework/v1/breaker_service";
import { ReferralServiceService } from "@ntd/proto/casework/v1/referral_service";
import { ReviewServiceService } from "@ntd/proto/casework/v1/review_service";
import { StayServiceService } from "@ntd/proto/casework/v1/stay_service";
import { ListImpactServiceService } from "@ntd/proto/casework/v1/list_impact_service";
import { WithdrawalServiceService } from "@ntd/proto/casework/v1/withdrawal_service";
import { LegalHoldServiceService } from "@ntd/proto/casework/v1/legal_hold_service";
import { HoldServiceService } from "@ntd/proto/casework/v1/hold_service";
import { MarkServiceService } from "@ntd/proto/casework/v1/mark_service";
import { service } from "@ntd/rpc";
import { getDossier } from "./assessment/rpc-get-dossier.ts";
import { searchCases } from "./assessment/rpc-search-cases.ts";
import { liftBreaker } from "./breakers/rpc-lift-breaker.ts";
import { listBreakers } from "./breakers/rpc-list-breakers.ts";
import { getCluster } from "./clusters/rpc-get-cluster.ts";
import type { Deps } from "./deps.ts";
import { confirmWithdrawals } from "./bulk/rpc-confirm-withdrawals.ts";
import { listWithdrawals } from "./bulk/rpc-list-withdrawals.ts";
import { reopenCases } from "./bulk/rpc-reopen-cases.ts";
import { holdCase } from "./holds/rpc-hold-case.ts";
import { listHolds } from "./holds/rpc-list-holds.ts";
import { releaseHold } from "./holds/rpc-release-hold.ts";
import { renewHold } from "./holds/rpc-renew-hold.ts";
import { assessEntries } from "./impact/rpc-assess-entries.ts";
import { assessPolicy } from "./impact/rpc-assess-policy.ts";
import { getImpact } from "./impact/rpc-get-impact.ts";
import { hasSeen } from "./impact/rpc-has-seen.ts";
import { listConflicts } from "./impact/rpc-list-conflicts.ts";
import { listImpact } from "./impact/rpc-list-impact.ts";
import { liftLegalHold } from "./legal-holds/rpc-lift-legal-hold.ts";
import { setLegalHold } from "./legal-holds/rpc-set-legal-hold.ts";
import { askMarks } from "./marks/rpc-ask-marks.ts";
import { listMarks } from "./marks/rpc-list-marks.ts";
import { removeMark } from "./marks/rpc-remove-mark.ts";
import { setMark } from "./marks/rpc-set-mark.ts";
import { PolicyServiceService } from "@ntd/proto/casework/v1/policy_service";
import { listPolicyDifferences } from "./policies/rpc-list-policy-differences.ts";
import { closeAbsentCases } from "./absent/rpc-close-absent-cases.ts";
import { claimCase } from "./claims/rpc-claim-case.ts";
import { decideCase } from "./cases/rpc-decide-case.ts";
import { confirmWithdrawal } from "./doubts/rpc-confirm-withdrawal.ts";
import { getCase } from "./cases/rpc-get-case.ts";
import { listQueue } from "./queue/rpc-list-queue.ts";
import { reopenCase } from "./queue/rpc-reopen-case.ts";
import { claimNext } from "./claims/rpc-claim-next.ts";
import { flagCase } from "./queue/rpc-flag-case.ts";
import { getQueueStats } from "./queue/rpc-get-queue-stats.ts";
import { reassignCase } from "./claims/rpc-reassign-case.ts";
import { addNote } from "./notes/rpc-add-note.ts";
import { listSchemes } from "./schemes/rpc-list-schemes.ts";
import { getViews } from "./views/rpc-get-views.ts";
import { undoDecision } from "./queue/rpc-undo-decision.ts";
import { releaseClaim } from "./claims/rpc-release-claim.ts";
import { acknowledgeReferral } from "./referrals/rpc-acknowledge-referral.ts";
import { exportReferral } from "./referrals/rpc-export-referral.ts";
import { feedbackReferral } from "./referrals/rpc-feedback-referral.ts";
import { getReferral } from "./referrals/rpc-get-referral.ts";
import { listExportKeys } from "./referrals/rpc-list-export-keys.ts";
import { listReferrals } from "./referrals/rpc-list-referrals.ts";
import { referCase } from "./referrals/rpc-refer-case.ts";
import { claimReview } from "./reviews/rpc-claim-review.ts";
import { decideReview } from "./reviews/rpc-decide-review.ts";
import { getComplaintVerdict } from "./reviews/rpc-get-complaint-verdict.ts";
import { getReview } from "./reviews/rpc-get-review.ts";
import { listReviews } from "./reviews/rpc-list-reviews.ts";
import { liftStay } from "./stays/rpc-lift-stay.ts";
import { setStay } from "./stays/rpc-set-stay.ts";

/** In: gRPC calls, service by service. */
export function served(deps: Deps) {
  return [
    service(CaseServiceService, {
      listQueue: listQueue(deps),
      claimCase: claimCase(deps),
      releaseClaim: releaseClaim(deps),
      getCase: getCase(deps),
      decideCase: decideCase(deps),
      undoDecision: undoDecision(deps),
      reopenCase: reopenCase(deps),
      confirmWithdrawal: confirmWithdrawal(deps),
      closeAbsentCases: closeAbsentCases(deps),
    }),
    service(ClusterServiceService, { getCluster: getCluster(deps) }),
    service(AssessmentServiceService, {
      getDossier: getDossier(deps),
      claimNext: claimNext(deps),
      reassignCase: reassignCase(deps),
      addNote: addNote(deps),
      flagCase: flagCase(deps),
      searchCases: searchCases(deps),
      getQueueStats: getQueueStats(deps),
      getViews: getViews(deps),
      listSchemes: listSchemes(deps),
    }),
    service(WithdrawalServiceService, {
      getImpact: getImpact(deps),
      listImpact: listImpact(deps),
      reopenCases: reopenCases(deps),
      listWithdrawals: listWithdrawals(deps),
      confirmWithdrawals: confirmWithdrawals(deps),
    }),
    servedToLists(deps),
    service(ReviewServiceService, {
      listReviews: listReviews(deps),
      getReview: getReview(deps),
      claimReview: claimReview(deps),
      decideReview: decideReview(deps),
      getComplaintVerdict: getComplaintVerdict(deps),
    }),
    service(BreakerServiceService, { listBreakers: listBreakers(deps), liftBreaker: liftBreaker(deps) }),
    service(PolicyServiceService, { listPolicyDifferences: listPolicyDifferences(deps) }),
    servedReferrals(deps),
    service(HoldServiceService, {
      holdCase: holdCase(deps),
      renewHold: renewHold(deps),
      releaseHold: releaseHold(deps),
      listHolds: listHolds(deps),
    }),
    service(MarkServiceService, {
      setMark: setMark(deps),
      removeMark: removeMark(deps),
      listMarks: listMarks(deps),
      askMarks: askMarks(deps),
    }),
    service(StayServiceService, { setStay: setStay(deps), liftStay: liftStay(deps) }),
    service(LegalHoldServiceService, { setLegalHold: setLegalHold(deps), liftLegalHold: liftLegalHold(deps) }),
  ];
}

function servedReferrals(deps: Deps) {
  return service(ReferralServiceService, {
    listReferrals: listReferrals(deps),
    getReferral: getReferral(deps),
    acknowledgeReferral: acknowledgeReferral(deps),
    feedbackReferral: feedbackReferral(deps),
    exportReferral: exportReferral(deps),
    referCase: referCase(deps),
    listExportKeys: listExportKeys(deps),
  });
}

function servedToLists(deps: Deps) {
  return service(ListImpactServiceService, {
    assessEntries: assessEntries(deps),
    assessPolicy: assessPolicy(deps),
    listConflicts: listConflicts(deps),
    hasSeen: hasSeen(deps),
  });
}
