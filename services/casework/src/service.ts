import { countriesIn, NO_COUNTRIES } from "@ntd/facts";
import { startService, type Opening, type Overrides, type Running } from "@ntd/host";
import { AssessmentServiceService } from "@ntd/proto/casework/v1/assessment_service";
import { CaseServiceService } from "@ntd/proto/casework/v1/case_service";
import { ClusterServiceService } from "@ntd/proto/casework/v1/cluster_service";
import { BreakerServiceService } from "@ntd/proto/casework/v1/breaker_service";
import { ReadingServiceService } from "@ntd/proto/casework/v1/reading_service";
import { ReferralServiceService } from "@ntd/proto/casework/v1/referral_service";
import { ReviewServiceService } from "@ntd/proto/casework/v1/review_service";
import { StayServiceService } from "@ntd/proto/casework/v1/stay_service";
import { WithdrawalServiceService } from "@ntd/proto/casework/v1/withdrawal_service";
import { HoldServiceService } from "@ntd/proto/casework/v1/hold_service";
import { MarkServiceService } from "@ntd/proto/casework/v1/mark_service";
import { ReporterServiceService } from "@ntd/proto/intake/v1/reporter_service";
import { MatchServiceService } from "@ntd/proto/matching/v1/match_service";
import { HoldingServiceService } from "@ntd/proto/takedown/v1/holding_service";
import { ResemblanceServiceService } from "@ntd/proto/matching/v1/resemblance_service";
import { service } from "@ntd/rpc";
import { Problem, watchData, watchSealingKeys, watchSigningKeys, type Logger } from "@ntd/service";
import { access } from "./access.ts";
import { getDossier } from "./assessment/rpc-get-dossier.ts";
import { searchCases } from "./assessment/rpc-search-cases.ts";
import { startEverySecondTripBreakers } from "./breakers/every-second-trip-breakers.ts";
import { liftBreaker } from "./breakers/rpc-lift-breaker.ts";
import { listBreakers } from "./breakers/rpc-list-breakers.ts";
import { startEverySecondWriteClusters } from "./clusters/every-second-write-clusters.ts";
import { getCluster } from "./clusters/rpc-get-cluster.ts";
import type { CaseworkConfig } from "./config.ts";
import type { Deps } from "./deps.ts";
import { startEverySecondReleaseClaims } from "./queue/every-second-release-claims.ts";
import { startEverySecondTellDecisions } from "./queue/every-second-tell-decisions.ts";
import { startEverySecondFinishBulks } from "./bulk/every-second-finish-bulks.ts";
import { confirmWithdrawals } from "./bulk/rpc-confirm-withdrawals.ts";
import { listWithdrawals } from "./bulk/rpc-list-withdrawals.ts";
import { reopenCases } from "./bulk/rpc-reopen-cases.ts";
import { onMatch } from "./cases/on-match.ts";
import { startEverySecondReleaseHolds } from "./holds/every-second-release-holds.ts";
import { readPoliceFirst, type PoliceFirst } from "./holds/police-first.ts";
import { holdCase } from "./holds/rpc-hold-case.ts";
import { listHolds } from "./holds/rpc-list-holds.ts";
import { releaseHold } from "./holds/rpc-release-hold.ts";
import { renewHold } from "./holds/rpc-renew-hold.ts";
import { startEveryMinuteWatchIcse } from "./icse/every-minute-watch-icse.ts";
import { startEverySecondAskIcse } from "./icse/every-second-ask-icse.ts";
import { linkOf } from "./icse/link.ts";
import { getImpact } from "./impact/rpc-get-impact.ts";
import { listImpact } from "./impact/rpc-list-impact.ts";
import { startEverySecondMeetCases } from "./marks/every-second-meet-cases.ts";
import { readMarkKey } from "./marks/mark-key.ts";
import { askMarks } from "./marks/rpc-ask-marks.ts";
import { listMarks } from "./marks/rpc-list-marks.ts";
import { removeMark } from "./marks/rpc-remove-mark.ts";
import { setMark } from "./marks/rpc-set-mark.ts";
import { onReport } from "./links/on-report.ts";
import { onNotice } from "./cases/on-notice.ts";
import { onTarget } from "./cases/on-target.ts";
import { startEverySecondPassOnDecisions } from "./precedents/every-second-pass-on-decisions.ts";
import { PolicyServiceService } from "@ntd/proto/casework/v1/policy_service";
import { listPolicyDifferences } from "./policies/rpc-list-policy-differences.ts";
import { closeAbsentCases } from "./queue/rpc-close-absent-cases.ts";
import { claimCase } from "./queue/rpc-claim-case.ts";
import { decideCase } from "./cases/rpc-decide-case.ts";
import { confirmWithdrawal } from "./doubts/rpc-confirm-withdrawal.ts";
import { getCase } from "./cases/rpc-get-case.ts";
import { listQueue } from "./queue/rpc-list-queue.ts";
import { reopenCase } from "./queue/rpc-reopen-case.ts";
import { claimNext } from "./queue/rpc-claim-next.ts";
import { flagCase } from "./queue/rpc-flag-case.ts";
import { getQueueStats } from "./queue/rpc-get-queue-stats.ts";
import { reassignCase } from "./queue/rpc-reassign-case.ts";
import { addNote } from "./notes/rpc-add-note.ts";
import { listSchemes } from "./schemes/rpc-list-schemes.ts";
import { readSchemes } from "./schemes/read-schemes.ts";
import { startEveryMinuteTrimViews } from "./views/every-minute-trim-views.ts";
import { getViews } from "./views/rpc-get-views.ts";
import { undoDecision } from "./queue/rpc-undo-decision.ts";
import { releaseClaim } from "./queue/rpc-release-claim.ts";
import { startEveryMinuteTrimReadings } from "./readings/every-minute-trim-readings.ts";
import { listReadings } from "./readings/rpc-list-readings.ts";
import { policeRoutes } from "./referrals/police-route.ts";
import { acknowledgeReferral } from "./referrals/rpc-acknowledge-referral.ts";
import { exportReferral } from "./referrals/rpc-export-referral.ts";
import { feedbackReferral } from "./referrals/rpc-feedback-referral.ts";
import { getReferral } from "./referrals/rpc-get-referral.ts";
import { listExportKeys } from "./referrals/rpc-list-export-keys.ts";
import { listReferrals } from "./referrals/rpc-list-referrals.ts";
import { referCase } from "./referrals/rpc-refer-case.ts";
import { startEverySecondTellCases } from "./reviews/every-second-tell-cases.ts";
import { onComplaint } from "./reviews/on-complaint.ts";
import { startEveryMinuteCountReviews } from "./reviews/every-minute-count-reviews.ts";
import { claimReview } from "./reviews/rpc-claim-review.ts";
import { decideReview } from "./reviews/rpc-decide-review.ts";
import { getComplaintVerdict } from "./reviews/rpc-get-complaint-verdict.ts";
import { getReview } from "./reviews/rpc-get-review.ts";
import { listReviews } from "./reviews/rpc-list-reviews.ts";
import { startEveryMinuteMarkOverdue } from "./second-look/every-minute-mark-overdue.ts";
import { liftStay } from "./stays/rpc-lift-stay.ts";
import { setStay } from "./stays/rpc-set-stay.ts";
import { openCollections } from "./store.ts";

export function start(config: CaseworkConfig, overrides?: Overrides): Promise<Running> {
  const { claimMs, holdBackMs, inquiryMs, secondLook, supervisors, breaker, providerDisputes, autoPerMinute } = config;
  return startService({
    name: "casework",
    config,
    overrides,
    access,
    open: async ({ store, clock, log, use, peer, health }) => ({
      ...(await openCollections(store)),
      clock,
      log,
      sealer: use(watchSealingKeys(config.sealingKeysFile, log)),
      matching: peer(MatchServiceService, { address: config.matchingAddress }),
      holding: holdingOf(config, peer),
      resemblance: peer(ResemblanceServiceService, { address: config.matchingAddress }),
      reporters:
        config.intakeAddress === "" ? undefined : peer(ReporterServiceService, { address: config.intakeAddress }),
      schemes: readSchemes(config.schemesDir, config.nationalScheme),
      viewBudget: { perDay: config.viewsPerDay, timeZone: config.timeZone },
      claimMs,
      holdBackMs,
      inquiryMs,
      secondLook,
      supervisors,
      breaker,
      providerDisputes,
      autoPerMinute,
      markKey: readMarkKey(config.markKeyFile),
      policeFirst: policeFirstOf(config, log, use),
      referralRules: referralRulesOf(config, log, use),
      icse: linkOf(config, { peer, health }),
      health,
      signing: config.signingKeyFile === "" ? undefined : use(watchSigningKeys(config, log)),
      environment: config.environment,
      readingsKeptMs: config.readingsDays * 24 * 3_600_000,
    }),
    work: (deps) => ({
      report: onReport(deps),
      match: onMatch(deps),
      target: onTarget(deps),
      notice: onNotice(deps),
      complaint: onComplaint(deps),
    }),
    serve: served,
    loops,
  });
}

function holdingOf({ takedownAddress }: CaseworkConfig, peer: Opening<CaseworkConfig>["peer"]): Deps["holding"] {
  if (takedownAddress !== "") return peer(HoldingServiceService, { address: takedownAddress });
  const tellHolds = () => Promise.reject(new Problem("PEER_UNAVAILABLE", "NTD_TAKEDOWN_ADDRESS is not set."));
  return { tellHolds };
}

function referralRulesOf(
  { countriesFile, homeCountry }: CaseworkConfig,
  log: Logger,
  use: Opening<CaseworkConfig>["use"],
): Deps["referralRules"] {
  const countries = countriesFile === "" ? { value: NO_COUNTRIES } : use(watchData(countriesFile, log, countriesIn));
  return policeRoutes(countries, homeCountry);
}

function policeFirstOf(
  { policeFirstFile, homeCountry }: CaseworkConfig,
  log: Logger,
  use: Opening<CaseworkConfig>["use"],
): PoliceFirst {
  const watched = policeFirstFile === "" ? { value: [] } : use(watchData(policeFirstFile, log, readPoliceFirst));
  return {
    homeCountry,
    get rules() {
      return watched.value;
    },
  };
}

function served(deps: Deps) {
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
    service(ReadingServiceService, { listReadings: listReadings(deps) }),
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

function loops(deps: Deps) {
  return {
    releaseClaims: () => startEverySecondReleaseClaims(deps),
    countReviews: () => startEveryMinuteCountReviews(deps),
    tellCases: () => startEverySecondTellCases(deps),
    passOnDecisions: () => startEverySecondPassOnDecisions(deps),
    writeClusters: () => startEverySecondWriteClusters(deps),
    finishBulks: () => startEverySecondFinishBulks(deps),
    tripBreakers: () => startEverySecondTripBreakers(deps),
    meetCases: () => startEverySecondMeetCases(deps),
    releaseHolds: () => startEverySecondReleaseHolds(deps),
    tellDecisions: () => startEverySecondTellDecisions(deps),
    ...(deps.icse && {
      askIcse: () => startEverySecondAskIcse(deps),
      watchIcse: () => startEveryMinuteWatchIcse(deps),
    }),
    trimReadings: () => startEveryMinuteTrimReadings(deps),
    trimViews: () => startEveryMinuteTrimViews(deps),
    markOverdue: () => startEveryMinuteMarkOverdue(deps),
  };
}
