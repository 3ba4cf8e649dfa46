import { readCommon, readConfig, readData } from "@ntd/service";

export type HashlistsConfig = ReturnType<typeof readHashlistsConfig>;

export const readHashlistsConfig = (environment: Readonly<Record<string, string | undefined>>) =>
  readConfig("HASHLISTS", environment, (own, shared) => ({
    ...readCommon(own, shared),
    ...readData(own, shared),
    /** A larger file is refused. Ten million entries are about 1,000 MB. */
    maxReleaseMb: own.integer("MAX_RELEASE_MB", { fallback: 4096, min: 1, max: 1_048_576 }),
    /** An upload that takes longer is given up and what it left is removed. */
    uploadMinutes: own.integer("UPLOAD_MINUTES", { fallback: 60, min: 1, max: 1440 }),
  }));
