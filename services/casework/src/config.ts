import {
  readCommon,
  readConfig,
  readData,
  readSealing,
  shown,
  type CommonConfig,
  type ConfigReader,
  type DataConfig,
  type SealingConfig,
} from "@ntd/service";
import type { BreakerPolicy } from "./breakers/breaker.ts";
import type { LookRules } from "./second-look/rules.ts";

export interface CaseworkConfig extends CommonConfig, DataConfig, SealingConfig {
  /** host:port of matching. */
  matchingAddress: string;
  /** host:port of takedown, which is asked what has left when police hold a case; "": holds stand, but nobody says. */
  takedownAddress: string;
  /** host:port of intake, for what reporters said; "": dossiers lack it. */
  intakeAddress: string;
  /** Folder with the schemes of codes that decisions name; "": no code is checked. */
  schemesDir: string;
  /** The scheme of whose codes "illegal" names one; "": it may go without. */
  nationalScheme: string;
  /** Pictures that one person may view in a day of the time zone; 0: no end. */
  viewsPerDay: number;
  timeZone: string;
  /** How long an assessor holds a claimed case. */
  claimMs: number;
  /** How long a person's decision is held back that no hit decides by itself. */
  holdBackMs: number;
  /** How long an inquiry takes at most: until when a review is decided. */
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
  /** YAML: how long notices wait for police, by what is known of the case; "": none waits. */
  policeFirstFile: string;
  /** ISO 3166-1 alpha-2 code of the country where "here" is; "": not known. */
  homeCountry: string;
  /** What becomes of material in other countries; "": nothing of it is referred to police for that. */
  countriesFile: string;
  /** File whose bytes (32 or more) are the key of marks and of what they are compared with; "": nothing can be marked. */
  markKeyFile: string;
  /** host:port of icse-link; "": it is not asked. */
  icseLinkAddress: string;
  /** How long a referral may wait for police before health says so. */
  referralDueMs: number;
  /** The private key that signs exports of referrals, a JWK with `kid`; "": none is made. */
  signingKeyFile: string;
  /** A JSON Web Key Set of public keys that signed earlier ones. Empty: none. */
  oldSigningKeysFile: string;
  /** So many days it is known who read what. */
  readingsDays: number;
}

export const readCaseworkConfig = (environment: Readonly<Record<string, string | undefined>>): CaseworkConfig =>
  readConfig("CASEWORK", environment, (own, shared) => {
    const config = {
      ...readCommon(own, shared),
      ...readData(own, shared),
      ...readSealing(shared),
      matchingAddress: shared.text("MATCHING_ADDRESS"),
      takedownAddress: shared.text("TAKEDOWN_ADDRESS", ""),
      intakeAddress: shared.text("INTAKE_ADDRESS", ""),
      schemesDir: own.text("SCHEMES_DIR", ""),
      nationalScheme: own.text("NATIONAL_SCHEME", ""),
      viewsPerDay: own.integer("VIEWS_PER_DAY", { fallback: 250, max: 100_000 }),
      timeZone: readTimeZone(own),
      claimMs: own.integer("CLAIM_MS", { fallback: 30 * 60_000, min: 1000 }),
      holdBackMs: own.integer("HOLD_BACK_MS", { fallback: 60_000 }),
      inquiryMs: own.integer("INQUIRY_MS", { fallback: 7 * 24 * 3_600_000, min: 1000 }),
      secondLook: readRules(own),
      supervisors: own.list("SUPERVISORS"),
      breaker: readBreaker(own),
      providerDisputes: own.integer("PROVIDER_DISPUTES", { fallback: 5, min: 1, max: 100 }),
      autoPerMinute: own.integer("AUTO_PER_MINUTE", { fallback: 100 }),
      policeFirstFile: own.text("POLICE_FIRST_FILE", ""),
      homeCountry: readCountry(own),
      countriesFile: own.text("COUNTRIES_FILE", ""),
      markKeyFile: own.secret("MARK_KEY_FILE", ""),
      icseLinkAddress: shared.text("ICSE_LINK_ADDRESS", ""),
      referralDueMs: own.integer("REFERRAL_DUE_MS", { fallback: 24 * 3_600_000, min: 1000 }),
      signingKeyFile: own.secret("SIGNING_KEY_FILE", ""),
      oldSigningKeysFile: own.text("OLD_SIGNING_KEYS_FILE", ""),
      readingsDays: own.integer("READINGS_DAYS", { fallback: 2 * 365, min: 1 }),
    };
    if (config.environment === "LIVE") refuseInLive(own, config);
    return config;
  });

function readCountry(own: ConfigReader): string {
  const country = own.text("HOME_COUNTRY", "");
  if (!/^([A-Z]{2})?$/.test(country)) own.fault("HOME_COUNTRY", "is no country: two capital letters, for example MY");
  return country;
}

function readTimeZone(own: ConfigReader): string {
  const zone = own.text("TIME_ZONE", "UTC");
  if (isTimeZone(zone)) return zone;
  own.fault("TIME_ZONE", `${shown(zone)} is no time zone, for example Asia/Kuala_Lumpur`);
  return "UTC";
}

function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

function readRules(own: ConfigReader): LookRules {
  return {
    kind: own.choice("SECOND_REVIEW", ["before", "after", "sampled", "none"], "after"),
    samplePercent: own.integer("SECOND_SAMPLE", { fallback: 10, max: 100 }),
    first: own.integer("SECOND_FIRST", { fallback: 200, max: 10_000 }),
    dueMs: own.integer("SECOND_DUE_MS", { fallback: 8 * 3_600_000, min: 1000 }),
  };
}

function readBreaker(own: ConfigReader): BreakerPolicy {
  return {
    windowMs: own.integer("BREAKER_WINDOW_MS", { fallback: 30 * 24 * 3_600_000, min: 1000 }),
    reversals: own.integer("BREAKER_REVERSALS", { fallback: 3, min: 1 }),
    sharePercent: own.integer("BREAKER_SHARE", { fallback: 2, max: 100 }),
    providers: own.integer("BREAKER_PROVIDERS", { fallback: 3, min: 2 }),
  };
}

/** In LIVE one person alone sends nobody a notice unseen. */
function refuseInLive(own: ConfigReader, config: CaseworkConfig): void {
  const { secondLook, supervisors, markKeyFile, nationalScheme, signingKeyFile, homeCountry, policeFirstFile } = config;
  if (markKeyFile === "") own.fault("MARK_KEY_FILE", "is empty, which LIVE refuses: police could mark nothing");
  if (signingKeyFile === "")
    own.fault("SIGNING_KEY_FILE", "is empty, which LIVE refuses: police could take no referral away");
  if (homeCountry === "") own.fault("HOME_COUNTRY", "is empty, which LIVE refuses: nothing would count as hosted here");
  if (policeFirstFile === "")
    own.fault(
      "POLICE_FIRST_FILE",
      "is empty, which LIVE refuses: say in it how long notices wait for police, 0 minutes too",
    );
  if (nationalScheme === "")
    own.fault("NATIONAL_SCHEME", 'is empty, which LIVE refuses: "illegal" rests on a code of the law');
  if (secondLook.kind === "none") {
    own.fault("SECOND_REVIEW", "is none, which LIVE refuses: what one person decides is looked at by another");
  }
  if (secondLook.samplePercent === 0) own.fault("SECOND_SAMPLE", "is 0, which LIVE refuses: take 1 to 100 of 100");
  if (new Set(supervisors).size < 2) {
    own.fault("SUPERVISORS", "names fewer than two persons, which LIVE demands: they decide where two others disagree");
  }
}
