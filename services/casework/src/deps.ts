import type { ReporterServiceService } from "@ntd/proto/intake/v1/reporter_service";
import type { MatchServiceService } from "@ntd/proto/matching/v1/match_service";
import type { HoldingServiceService } from "@ntd/proto/takedown/v1/holding_service";
import type { NoticeCountServiceService } from "@ntd/proto/takedown/v1/notice_count_service";
import type { ResemblanceServiceService } from "@ntd/proto/matching/v1/resemblance_service";
import type { RpcClient } from "@ntd/rpc";
import type { IcseLinkServiceService } from "@ntd/proto/icse/v1/icse_link_service";
import type { Schemes } from "@ntd/schemes";
import type { Clock, Health, Logger, Sealer, SigningKeys } from "@ntd/service";
import type { PoliceFirst } from "./holds/police-first.ts";
import type { ReferralRules } from "./referrals/referral.ts";
import type { LookRules } from "./second-look/rules.ts";
import type { BreakerPolicy } from "./breakers/breaker.ts";
import type { Collections } from "./store.ts";

/** What handlers work with; made once by `start`. */
export interface Deps extends Collections {
  clock: Clock;
  log: Logger;
  sealer: Sealer;
  matching: Pick<RpcClient<typeof MatchServiceService>, "lookup">;
  holding: Pick<RpcClient<typeof HoldingServiceService>, "tellHolds">;
  /** How far what was decided has gone. */
  notices: Pick<RpcClient<typeof NoticeCountServiceService>, "countNotices">;
  resemblance: Pick<RpcClient<typeof ResemblanceServiceService>, "findSimilar">;
  /** What reporters said; undefined where intake is not configured. */
  reporters: Pick<RpcClient<typeof ReporterServiceService>, "describeReports"> | undefined;
  /** What a decision may name. */
  schemes: Schemes;
  /** How many pictures one person may view in a day, 0 for no end; and where its midnight is. */
  viewBudget: { perDay: number; timeZone: string };
  /** How long an assessor holds a claimed case. */
  claimMs: number;
  /** How long a person's decision is held back that no hit decides by itself. */
  holdBackMs: number;
  /** How long an inquiry takes at most. */
  inquiryMs: number;
  secondLook: LookRules;
  /** Names of assessors who decide where two disagree. */
  supervisors: readonly string[];
  /** When breakers trip. */
  breaker: BreakerPolicy;
  /** So many disputes of a provider, open or upheld, send its automatic notices to a person, too. */
  providerDisputes: number;
  /** Automatic decisions of one set in one minute, beyond which cases queue for a person. */
  autoPerMinute: number;
  /** How long notices wait for police. */
  policeFirst: PoliceFirst;
  /** Of what police are told, beside what they always are. */
  referralRules: ReferralRules;
  /** How long a referral may wait for police. */
  referralDueMs: number;
  /** Of the digests by which marks and cases are compared; absent: nothing can be marked. */
  markKey: Uint8Array | undefined;
  /** The link to an international database; absent: it is not asked. */
  icse: Pick<RpcClient<typeof IcseLinkServiceService>, "checkFingerprints"> | undefined;
  health: Pick<Health, "degrade">;
  /** What exports of referrals are signed with; absent: none is made. */
  signing: Pick<SigningKeys, "signer" | "keySet"> | undefined;
  environment: "DEMO" | "TEST" | "LIVE";
  /** How long it is known who read what. */
  readingsKeptMs: number;
}
