import { existsSync, readFileSync } from "node:fs";
import {
  readCommon,
  readConfig,
  readData,
  readSealing,
  type CommonConfig,
  type ConfigReader,
  type DataConfig,
  type SealingConfig,
} from "@ntd/service";
import { readExceptions, refuseExceptions, type Exceptions } from "@ntd/wayout";
import { countryFault, UNKNOWN } from "./fetch/country.ts";
import type { Eye } from "./fetch/eye.ts";
import { defaultEyes, faultsInLive, readEyes } from "./fetch/read-eyes.ts";
import prober from "../package.json" with { type: "json" };

export interface ProberConfig extends CommonConfig, DataConfig, SealingConfig, Exceptions {
  /** File with the key from which target ids are computed: the same as intake's. */
  targetKeyFile: string;
  fingerprintAddress: string;
  /** Who is asked for marks of police before a first look; "": nobody. */
  caseworkAddress: string;
  /** Who opens pages in a browser; "": nobody, and pages are collected from their markup alone. */
  browserAddress: string;
  fingerprintTimeoutMs: number;
  /** Pictures given to the fingerprint service at a time. */
  fingerprintsAtOnce: number;
  /** Looks at a time; each may hold `maxBytes` in memory. */
  hands: number;
  /** For so long it is kept who opened what. */
  readingsDays: number;
  slotMs: number;
  slotsRequired: number;
  /** Slots after the first look in which what it did not find is looked for again, before that counts as gone. */
  neverSeenSlots: readonly number[];
  idleMs: number;
  watchDays: number;
  unreachableMs: number;
  /** How long a claim holds after its process died. */
  leaseMs: number;
  fetchTimeoutMs: number;
  maxBytes: number;
  /** What is larger than that, and films, up to so much: hashed while it comes. */
  maxFilmBytes: number;
  /** For its host to send it. */
  filmTimeoutMs: number;
  /** Films that are handed to the fingerprint service at a time. */
  filmsAtOnce: number;
  /** What one eye does for a page: media, their bytes together, and for how long. */
  pageMedia: number;
  pageBytes: number;
  pageMs: number;
  /** So much of that a page waits for a browser, its turn included. */
  browserMs: number;
  /** Two looks at a page that misses what was illegal on it have to agree so far apart. */
  pageAgainMs: number;
  /** So long what was fetched of a page counts as known, unless somebody reports it. */
  pageAnewMs: number;
  /** For so long it is kept what was on a page that is watched no longer. */
  pageKeptDays: number;
  /** What a declared eye calls itself. */
  userAgent: string;
  /** How the host reaches us: a mailbox or a page, said by a declared eye; "" for none. */
  contact: string;
  /** The major version of Chrome that a browser eye asks as. */
  browserVersion: number;
  /** Who looks; the first asks first. */
  eyes: readonly [Eye, ...Eye[]];
  /** Where we are, as ISO 3166-1 alpha-2; ZZ where nobody said, which LIVE refuses. */
  homeCountry: string;
  /** Registries' files that tell where addresses are: "first,last,CC" rows, a file for each family; none: not known. */
  countriesFiles: readonly string[];
  /** From where the probing is done, as it is published. */
  vantage: string;
  /** Private JWK that signs the records of looks, and public keys of earlier ones ("": none). */
  signingKeyFile: string;
  oldSigningKeysFile: string;
  /** Where the time service writes our clock less UTC in seconds; "" for none. */
  clockOffsetFile: string;
  /** How long every request of ours is on the register. */
  requestRegisterDays: number;
  /** What runs, as records of looks name it. */
  release: string;
}

/** The most that the fingerprint service hashes. */
const MOST_FILM_BYTES = 1024 * 1024 * 1024;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Of a claim, for what is neither fetching nor fingerprinting. */
const MARGIN_MS = 1000;

export const readProberConfig = (environment: Readonly<Record<string, string | undefined>>): ProberConfig =>
  readConfig("PROBER", environment, (own, shared) => {
    const config = {
      ...readCommon(own, shared),
      ...readData(own, shared),
      ...readSealing(shared),
      targetKeyFile: own.secret("TARGET_KEY_FILE"),
      readingsDays: own.integer("READINGS_DAYS", { fallback: 2 * 365, min: 1 }),
      fingerprintAddress: shared.text("FINGERPRINT_ADDRESS"),
      caseworkAddress: shared.text("CASEWORK_ADDRESS", ""),
      browserAddress: shared.text("BROWSER_ADDRESS", ""),
      fingerprintTimeoutMs: own.integer("FINGERPRINT_TIMEOUT_MS", { fallback: 30_000, min: 1 }),
      fingerprintsAtOnce: own.integer("FINGERPRINTS_AT_ONCE", { fallback: 8, min: 1, max: 1000 }),
      hands: own.integer("HANDS", { fallback: 32, min: 1, max: 1000 }),
      slotMs: own.integer("SLOT_MS", { fallback: 15 * MINUTE, min: 1 }),
      slotsRequired: own.integer("SLOTS_REQUIRED", { fallback: 3, min: 1, max: 100 }),
      neverSeenSlots: readNeverSeenSlots(own),
      idleMs: own.integer("IDLE_MS", { fallback: 24 * HOUR, min: 1 }),
      watchDays: own.integer("WATCH_DAYS", { fallback: 90, min: 1 }),
      unreachableMs: own.integer("UNREACHABLE_MS", { fallback: 24 * HOUR, min: 1 }),
      leaseMs: own.integer("LEASE_MS", { fallback: 2 * MINUTE, min: 1 }),
      fetchTimeoutMs: own.integer("FETCH_TIMEOUT_MS", { fallback: 20_000, min: 1 }),
      maxBytes: own.integer("MAX_BYTES", { fallback: 25 * 1024 * 1024, min: 1, max: 25 * 1024 * 1024 }),
      // The fingerprint service ends a call after ten minutes, decoding included.
      maxFilmBytes: own.integer("MAX_FILM_BYTES", { fallback: MOST_FILM_BYTES, min: 1, max: MOST_FILM_BYTES }),
      filmTimeoutMs: own.integer("FILM_TIMEOUT_MS", { fallback: 5 * MINUTE, min: 1, max: 7 * MINUTE }),
      filmsAtOnce: own.integer("FILMS_AT_ONCE", { fallback: 1, min: 1, max: 100 }),
      ...readPages(own),
      countriesFiles: readCountriesFiles(own),
      vantage: own.text("VANTAGE", "main"),
      signingKeyFile: own.secret("SIGNING_KEY_FILE"),
      oldSigningKeysFile: own.text("OLD_SIGNING_KEYS_FILE", ""),
      clockOffsetFile: shared.text("CLOCK_OFFSET_FILE", ""),
      requestRegisterDays: own.integer("REQUEST_REGISTER_DAYS", { fallback: 180, min: 1 }),
      release: shared.text("RELEASE", prober.version),
      ...readWhoAsks(own),
      ...readExceptions(own),
    };
    if (config.leaseMs < config.fetchTimeoutMs + config.fingerprintTimeoutMs + MARGIN_MS) {
      own.fault(
        "LEASE_MS",
        "is shorter than FETCH_TIMEOUT_MS + FINGERPRINT_TIMEOUT_MS + 1000: a probe would lose its claim",
      );
    }
    if (config.environment === "LIVE") refuseInLive(own, shared, config);
    return config;
  });

function readPages(
  own: ConfigReader,
): Pick<
  ProberConfig,
  "pageMedia" | "pageBytes" | "pageMs" | "browserMs" | "pageAgainMs" | "pageAnewMs" | "pageKeptDays"
> {
  return {
    pageMedia: own.integer("PAGE_MEDIA", { fallback: 200, min: 1, max: 1000 }),
    pageBytes: own.integer("PAGE_BYTES", { fallback: 200 * 1024 * 1024, min: 1 }),
    pageMs: own.integer("PAGE_MS", { fallback: 2 * MINUTE, min: 1, max: 10 * MINUTE }),
    browserMs: own.integer("BROWSER_MS", { fallback: 45_000, min: 1, max: 10 * MINUTE }),
    pageAgainMs: own.integer("PAGE_AGAIN_MS", { fallback: MINUTE, min: 1 }),
    pageAnewMs: own.integer("PAGE_ANEW_MS", { fallback: 24 * HOUR, min: 1 }),
    pageKeptDays: own.integer("PAGE_KEPT_DAYS", { fallback: 90, min: 1 }),
  };
}

function readWhoAsks(
  own: ConfigReader,
): Pick<ProberConfig, "userAgent" | "contact" | "browserVersion" | "eyes" | "homeCountry"> {
  const userAgent = own.text("USER_AGENT", "ntd-prober/1 (notice and takedown; looks at reported addresses)");
  if (!/^[ -~]+$/.test(userAgent)) own.fault("USER_AGENT", "holds what no header may; use printable ASCII");
  const contact = own.text("CONTACT", "");
  if (contact !== "" && !/^([\w.+-]+@[\w.-]+|https?:\/\/[!-~]+)$/.test(contact)) {
    own.fault("CONTACT", "is neither a mailbox such as abuse@hotline.example nor the address of a page");
  }
  const homeCountry = own.text("COUNTRY", UNKNOWN);
  const unknown = countryFault(homeCountry);
  if (unknown !== undefined) own.fault("COUNTRY", unknown);
  const browserVersion = own.integer("BROWSER_VERSION", { fallback: 156, min: 130, max: 999 });
  const text = own.text("EYES", "");
  const standard = defaultEyes({ network: own.text("VANTAGE", "main"), country: homeCountry });
  const read = text === "" ? { eyes: standard, faults: [] } : readEyes(text, secretOf);
  for (const fault of read.faults) own.fault("EYES", fault);
  const [first = standard[0], ...others] = read.eyes;
  return { userAgent, contact, browserVersion, eyes: [first, ...others], homeCountry };
}

function secretOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function readCountriesFiles(own: ConfigReader): string[] {
  const files = own.list("COUNTRIES_FILES");
  for (const file of files.filter((name) => !existsSync(name))) {
    own.fault(
      "COUNTRIES_FILES",
      `${JSON.stringify(file)} is not there; name files of rows such as 192.0.2.0,192.0.2.255,NL`,
    );
  }
  return files;
}

// At 0, 15 minutes, an hour and a day: a report of what is not there is no work for an assessor before that.
function readNeverSeenSlots(own: ConfigReader): number[] {
  const given = own.list("NEVER_SEEN_SLOTS");
  const slots = given.length === 0 ? [0, 1, 4, 96] : given.map(Number);
  const rises = slots.every((slot, i) => Number.isInteger(slot) && slot >= 0 && slot > (slots[i - 1] ?? -1));
  if (!rises) own.fault("NEVER_SEEN_SLOTS", "is no rising list of whole numbers such as 0,1,4,96");
  return slots;
}

function refuseInLive(own: ConfigReader, shared: ConfigReader, config: ProberConfig): void {
  const { homeCountry, eyes, contact, caseworkAddress } = config;
  refuseExceptions(own, config);
  if (homeCountry === UNKNOWN) own.fault("COUNTRY", "is missing, which LIVE demands: set where the platform is");
  for (const fault of faultsInLive(eyes, homeCountry)) own.fault("EYES", fault);
  if (contact === "" && eyes.some(({ profile }) => profile === "declared")) {
    own.fault("CONTACT", "is missing: in LIVE an eye that names itself says how it is reached");
  }
  if (caseworkAddress === "") {
    shared.fault("CASEWORK_ADDRESS", "is missing, which LIVE demands: casework says what police marked");
  }
}
