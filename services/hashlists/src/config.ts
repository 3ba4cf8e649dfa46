import { readCommon, readConfig, readData } from "@ntd/service";

export type HashlistsConfig = ReturnType<typeof readHashlistsConfig>;

export const readHashlistsConfig = (environment: Readonly<Record<string, string | undefined>>) =>
  readConfig("HASHLISTS", environment, (own, shared) => ({
    ...readCommon(own, shared),
    ...readData(own, shared),
    /** host:port of casework, which knows what has been decided on entries; "": it is not asked. */
    caseworkAddress: shared.text("CASEWORK_ADDRESS", ""),
    /** host:port of matching, which knows what a list would meet; "": it is not asked. */
    matchingAddress: shared.text("MATCHING_ADDRESS", ""),
    /** The set that is not any maintainer's. Empty: there is none. */
    nationalSet: own.text("NATIONAL_SET", "national"),
    /** A decision may be in doubt for so long until what it lists is found again, disputed: as long as a notice is suspended. */
    doubtMs: own.integer("DOUBT_MS", { fallback: 4 * 3600 * 1000, min: 1000 }),
    /** Of releases of what casework proposed ten may come at once; beyond these there is one in such a time. */
    growthTurnMs: own.integer("GROWTH_TURN_MS", { fallback: 60_000, min: 1 }),
    /** Folder with schemes of codes, as deploy/schemes; "": classes of lists are not checked. */
    schemesDir: own.text("SCHEMES_DIR", ""),
    /** A larger file is refused. Ten million entries are about 1,000 MB. */
    maxReleaseMb: own.integer("MAX_RELEASE_MB", { fallback: 4096, min: 1, max: 1_048_576 }),
    /** An upload that takes longer is given up and what it left is removed. */
    uploadMinutes: own.integer("UPLOAD_MINUTES", { fallback: 60, min: 1, max: 1440 }),
    /** An upload of which nothing comes for so long is given up, too. */
    uploadSilentSeconds: own.integer("UPLOAD_SILENT_SECONDS", { fallback: 60, min: 1, max: 3600 }),
    /** Further ones are refused, whoever sends them. Each holds up to 100 MB. */
    uploadsAtOnce: own.integer("UPLOADS_AT_ONCE", { fallback: 4, min: 1, max: 64 }),
    /** While others want its place, an upload of which fewer come a second loses it, and goes on later. 0: none does. */
    uploadLeastKbPerSecond: own.integer("UPLOAD_LEAST_KB_PER_SECOND", { fallback: 16, min: 0, max: 1_048_576 }),
    /** So much is kept of uploads that broke off or go on, of all persons together. A store counts so many at most. */
    maxKeptMb: own.integer("MAX_KEPT_MB", { fallback: 8192, min: 16, max: 9999 }),
  }));
