import { readCommon, readConfig, readSealing, readStoreUrl } from "@ntd/service";

export type HotlineLinkConfig = ReturnType<typeof readHotlineLinkConfig>;

export const readHotlineLinkConfig = (environment: Readonly<Record<string, string | undefined>>) =>
  readConfig("HOTLINE_LINK", environment, (own, shared) => ({
    ...readCommon(own, shared),
    storeUrl: readStoreUrl(own, shared),
    ...readSealing(shared),
    /** File of the stub's rules, how which hotline answers; empty: none answers. */
    answersFile: own.text("ANSWERS_FILE", ""),
    /** Records and answers that are older are removed. */
    keepMs: own.duration("KEEP", "90d"),
  }));
