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

export interface IntakeConfig extends CommonConfig, DataConfig, SealingConfig {
  /** File whose bytes (32 or more) are the key from which target ids are computed: the prober's own, and never changed. */
  targetKeyFile: string;
  /** After how long a complaint is answered, whatever was found and whenever. */
  inquiryMs: number;
  /** Data: who helps a child, what who reports is told, and whom the hotline knows; "" where there is no such file. */
  helplinesFile: string;
  sentencesFile: string;
  reportersFile: string;
  /** For how many days it is kept who read what reporters said. */
  readingsDays: number;
  /** host:port of casework and of takedown, for what a provider may be told of its complaint; "" tells nobody. */
  caseworkAddress: string;
  takedownAddress: string;
}

export const readIntakeConfig = (environment: Readonly<Record<string, string | undefined>>): IntakeConfig =>
  readConfig("INTAKE", environment, (own, shared) => {
    const config = readSettings(own, shared);
    if (config.environment === "LIVE" && config.helplinesFile === "") {
      own.fault("HELPLINES_FILE", "is missing, which LIVE refuses: a child who reports is told who helps");
    }
    return config;
  });

function readSettings(own: ConfigReader, shared: ConfigReader): IntakeConfig {
  return {
    ...readCommon(own, shared),
    ...readData(own, shared),
    ...readSealing(shared),
    helplinesFile: own.text("HELPLINES_FILE", ""),
    sentencesFile: own.text("SENTENCES_FILE", ""),
    reportersFile: own.text("REPORTERS_FILE", ""),
    targetKeyFile: own.secret("TARGET_KEY_FILE"),
    caseworkAddress: shared.text("CASEWORK_ADDRESS", ""),
    takedownAddress: shared.text("TAKEDOWN_ADDRESS", ""),
    readingsDays: own.integer("READINGS_DAYS", { fallback: 2 * 365, min: 1 }),
    inquiryMs: own.integer("INQUIRY_MS", { fallback: 7 * 24 * 3_600_000, min: 1000 }),
  };
}
