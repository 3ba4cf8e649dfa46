import { readCommon, readConfig, readData } from "@ntd/service";

export type MatchingConfig = ReturnType<typeof readMatchingConfig>;

export const readMatchingConfig = (environment: Readonly<Record<string, string | undefined>>) =>
  readConfig("MATCHING", environment, (own, shared) => ({
    ...readCommon(own, shared),
    ...readData(own, shared),
    hashlistsAddress: shared.text("HASHLISTS_ADDRESS"),
  }));
