import { countriesIn, NO_COUNTRIES } from "@ntd/facts";
import { startService, type Opening, type Overrides, type Running } from "@ntd/host";
import { ReporterServiceService } from "@ntd/proto/intake/v1/reporter_service";
import { MatchServiceService } from "@ntd/proto/matching/v1/match_service";
import { HoldingServiceService } from "@ntd/proto/takedown/v1/holding_service";
import { NoticeCountServiceService } from "@ntd/proto/takedown/v1/notice_count_service";
import { ResemblanceServiceService } from "@ntd/proto/matching/v1/resemblance_service";
import { readSchemes } from "@ntd/schemes";
import { Problem, watchData, watchSealingKeys, watchSigningKeys, type Logger } from "@ntd/service";
import { access } from "./access.ts";
import { startEverySecondTripBreakers } from "./breakers/every-second-trip-breakers.ts";
import { startEverySecondWriteClusters } from "./clusters/every-second-write-clusters.ts";
import type { CaseworkConfig } from "./config.ts";
import type { Deps } from "./deps.ts";
import { startEverySecondReleaseClaims } from "./claims/every-second-release-claims.ts";
import { startEverySecondTellDecisions } from "./queue/every-second-tell-decisions.ts";
import { startEverySecondFinishBulks } from "./bulk/every-second-finish-bulks.ts";
import { onMatch } from "./evidence/on-match.ts";
import { startEveryMinuteCountWords } from "./queue/every-minute-count-words.ts";
import { startEveryMinuteCountHolds } from "./holds/every-minute-count-holds.ts";
import { startEverySecondReleaseHolds } from "./holds/every-second-release-holds.ts";
import { readPoliceFirst, type PoliceFirst } from "./holds/police-first.ts";
import { startEveryHourKeepReviews } from "./legal-holds/every-hour-keep-reviews.ts";
import { startEveryMinuteWatchIcse } from "./icse/every-minute-watch-icse.ts";
import { startEverySecondAskIcse } from "./icse/every-second-ask-icse.ts";
import { linkOf } from "./icse/link.ts";
import { startEverySecondKeyCases } from "./marks/every-second-key-cases.ts";
import { startEverySecondMeetCases } from "./marks/every-second-meet-cases.ts";
import { readMarkKey } from "./marks/mark-key.ts";
import { startEverySecondSettleReports } from "./links/every-second-settle-reports.ts";
import { onReport } from "./links/on-report.ts";
import { onNotice } from "./evidence/on-notice.ts";
import { onTarget } from "./evidence/on-target.ts";
import { startEverySecondSettlePages } from "./pages/every-second-settle-pages.ts";
import { startEverySecondPassOnDecisions } from "./precedents/every-second-pass-on-decisions.ts";
import { startEveryMinuteTrimViews } from "./views/every-minute-trim-views.ts";
import { startEveryMinuteWatchReferrals } from "./referrals/every-minute-watch-referrals.ts";
import { policeRoutes } from "./referrals/police-route.ts";
import { startEverySecondTellCases } from "./reviews/every-second-tell-cases.ts";
import { onComplaint } from "./reviews/on-complaint.ts";
import { startEveryMinuteCountReviews } from "./reviews/every-minute-count-reviews.ts";
import { startEveryMinuteMarkOverdue } from "./second-look/every-minute-mark-overdue.ts";
import { openCollections } from "./store.ts";
import { served } from "./served.ts";

export function start(config: CaseworkConfig, overrides?: Overrides): Promise<Running> {
  const {
    claimMs,
    holdBackMs,
    inquiryMs,
    secondLook,
    supervisors,
    breaker,
    providerDisputes,
    autoPerMinute,
    referralDueMs,
  } = config;
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
      ...takedownOf(config, peer),
      resemblance: peer(ResemblanceServiceService, { address: config.matchingAddress }),
      reporters:
        config.intakeAddress === "" ? undefined : peer(ReporterServiceService, { address: config.intakeAddress }),
      schemes: readSchemes(config.schemesDir, config.nationalScheme, "CASEWORK"),
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
      referralDueMs,
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
    readings: ({ readings }) => readings,
    loops,
  });
}

function takedownOf(
  { takedownAddress: address }: CaseworkConfig,
  peer: Opening<CaseworkConfig>["peer"],
): Pick<Deps, "holding" | "notices"> {
  if (address !== "") {
    return { holding: peer(HoldingServiceService, { address }), notices: peer(NoticeCountServiceService, { address }) };
  }
  const nobody = () => Promise.reject(new Problem("PEER_UNAVAILABLE", "NTD_TAKEDOWN_ADDRESS is not set."));
  return { holding: { tellHolds: nobody }, notices: { countNotices: nobody } };
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

function loops(deps: Deps) {
  return {
    releaseClaims: () => startEverySecondReleaseClaims(deps),
    countHolds: () => startEveryMinuteCountHolds(deps),
    watchReferrals: () => startEveryMinuteWatchReferrals(deps),
    countWords: () => startEveryMinuteCountWords(deps),
    keepReviews: () => startEveryHourKeepReviews(deps),
    countReviews: () => startEveryMinuteCountReviews(deps),
    tellCases: () => startEverySecondTellCases(deps),
    passOnDecisions: () => startEverySecondPassOnDecisions(deps),
    settlePages: () => startEverySecondSettlePages(deps),
    writeClusters: () => startEverySecondWriteClusters(deps),
    finishBulks: () => startEverySecondFinishBulks(deps),
    tripBreakers: () => startEverySecondTripBreakers(deps),
    keyCases: () => startEverySecondKeyCases(deps),
    meetCases: () => startEverySecondMeetCases(deps),
    settleReports: () => startEverySecondSettleReports(deps),
    releaseHolds: () => startEverySecondReleaseHolds(deps),
    tellDecisions: () => startEverySecondTellDecisions(deps),
    ...(deps.icse && {
      askIcse: () => startEverySecondAskIcse(deps),
      watchIcse: () => startEveryMinuteWatchIcse(deps),
    }),
    trimViews: () => startEveryMinuteTrimViews(deps),
    markOverdue: () => startEveryMinuteMarkOverdue(deps),
  };
}
