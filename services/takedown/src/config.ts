import { readCommon, readConfig, readData, readSealing, type ConfigReader } from "@ntd/service";

export type TakedownConfig = ReturnType<typeof readTakedownConfig>;

export const readTakedownConfig = (environment: Readonly<Record<string, string | undefined>>) =>
  readConfig("TAKEDOWN", environment, (own, shared) => {
    const common = readCommon(own, shared);
    return {
      ...common,
      ...readData(own, shared),
      ...readSealing(shared),
      /** For how long it is kept who read what. */
      readingsDays: own.integer("READINGS_DAYS", { fallback: 2 * 365, min: 1 }),
      /** The private key that signs notices: a JWK with `kid`. */
      signingKeyFile: own.secret("SIGNING_KEY_FILE"),
      /** A JSON Web Key Set of public keys that signed earlier notices. Empty: none. */
      oldSigningKeysFile: own.text("OLD_SIGNING_KEYS_FILE", ""),
      /** How long a provider has from receipt on. */
      complyWithinMs: own.integer("COMPLY_WITHIN_MS", { fallback: 24 * 3600 * 1000, min: 1000 }),
      /** How long what is removed is to be kept for police and courts, from receipt on. 0: that is not asked. */
      preserveMs: own.integer("PRESERVE_DAYS", { fallback: 365, min: 0, max: 3660 }) * 24 * 3600 * 1000,
      /** A machine's decision leaves on a sighting that is no older. */
      freshSightingMs: own.integer("FRESH_SIGHTING_MS", { fallback: 30 * 60_000, min: 1000 }),
      /** A suspension that nobody confirms ends by itself. */
      suspensionMs: own.integer("SUSPENSION_MS", { fallback: 4 * 3600 * 1000, min: 1000 }),
      /** Two capital letters; what is hosted there is not abroad. Empty: not known, so that every country is. */
      homeCountry: countryIn(own, common.environment),
      /** What becomes of material in other countries, as deploy/policy/countries.yaml; empty: a person looks for the host. */
      countriesFile: own.text("COUNTRIES_FILE", ""),
      /** Folder with schemes of codes, as deploy/schemes; "": no notice says what other schemes say. */
      schemesDir: own.text("SCHEMES_DIR", ""),
      /** host:port of the link between hotlines; empty: there is none, and what is for hotlines waits. */
      hotlineLinkAddress: shared.text("HOTLINE_LINK_ADDRESS", ""),
      /** Who speaks in a notice. */
      issuer: own.text("ISSUER", "National notice-and-takedown platform"),
      /** The law a notice names. */
      legalBasis: own.text("LEGAL_BASIS", "none stated: environment without legal effect"),
      /** How a provider objects. */
      redress: own.text("REDRESS", "Answer DISPUTED, with a reference, over NoticeService/ReportOutcome."),
      /** A silent stream says that it lives this often. */
      heartbeatMs: own.integer("HEARTBEAT_MS", { fallback: 60_000, min: 10 }),
    };
  });

function countryIn(own: ConfigReader, environment: string): string {
  const country = own.text("HOME_COUNTRY", "");
  if (country === "" && environment === "LIVE") {
    own.fault("HOME_COUNTRY", "is empty, which LIVE refuses: all that is hosted here would count as abroad");
  }
  if (!/^([A-Z]{2})?$/.test(country)) own.fault("HOME_COUNTRY", "is no country in two capital letters");
  return country;
}
