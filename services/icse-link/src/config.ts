import { readCommon, readConfig, type CommonConfig } from "@ntd/service";

export interface IcseLinkConfig extends CommonConfig {
  /** JSON file of the stub's fixed answers; empty: every answer is UNKNOWN. */
  answersFile: string;
}

export const readIcseLinkConfig = (environment: Readonly<Record<string, string | undefined>>): IcseLinkConfig =>
  readConfig("ICSE_LINK", environment, (own, shared) => ({
    ...readCommon(own, shared),
    answersFile: own.text("ANSWERS_FILE", ""),
  }));
