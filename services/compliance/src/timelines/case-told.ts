import type { Lane, ReferralCause, ReferralOutcome } from "@ntd/proto/casework/v1/case";
import type { Assessment } from "@ntd/proto/icse/v1/icse_link_service";
import type { Held } from "./held.ts";

/** What the newest event of a case says, as far as figures are made of it. */
export interface CaseTold {
  version: number;
  openedTime?: Date;
  /** The newest that was named, and in which version: what is decided may be in no lane any more. */
  lane?: Lane;
  laneVersion?: number;
  lifeAtRisk?: true;
  textOnly?: true;
  /** Oldest first, at most 20; absent: it never had any. */
  holds?: Held[];
  referral?: Referred;
  icse?: Asked;
}

export interface Referred {
  causes: ReferralCause[];
  referredTime: Date;
  acknowledgedTime?: Date;
  /** The newest word of police. */
  outcome?: ReferralOutcome;
  withdrawn?: true;
}

/** The link to the international image database. STUB in this platform. */
export interface Asked {
  askedTime?: Date;
  answeredTime?: Date;
  assessment?: Assessment;
}

/** The last version wins; of the lane the last that names one. */
export function withTold(known: CaseTold | undefined, told: CaseTold): CaseTold {
  if (known === undefined) return told;
  const newest = told.version > known.version ? told : known;
  const { lane, laneVersion = 0 } = (told.laneVersion ?? 0) > (known.laneVersion ?? 0) ? told : known;
  return lane === undefined || newest.laneVersion === laneVersion ? newest : { ...newest, lane, laneVersion };
}
