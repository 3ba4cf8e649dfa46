import type { Scheme } from "@ntd/schemes";
import type { Hit, RevokedHit } from "@ntd/proto/matching/v1/match";
import { openCase, type CaseFile } from "../src/cases/case.ts";
import type { ReportFacts, SeenMatch, SeenTarget } from "../src/evidence/seen.ts";

/** Facts for the tests of this service. */
export const noon = new Date("2026-03-01T12:00:00Z");
export const later = (seconds: number) => new Date(noon.getTime() + seconds * 1000);

export function hit(change: Partial<Hit> = {}): Hit {
  return {
    algorithm: "ALGORITHM_PDQ",
    distance: 12,
    threshold: 31,
    queryQuality: 90,
    entryQuality: 90,
    form: "original",
    setId: "national",
    setOwner: "hotline",
    setRole: "SET_ROLE_POSITIVE",
    releaseId: "release-1",
    entryId: "entry-1",
    votes: 2,
    autoIssue: true,
    minVotes: 2,
    classification: { scheme: "interpol", version: "1", code: "BASELINE" },
    ...change,
  };
}

export const sha256 = (change: Partial<Hit> = {}) => hit({ algorithm: "ALGORITHM_SHA256", distance: 0, ...change });
export const md5 = (change: Partial<Hit> = {}) =>
  sha256({ algorithm: "ALGORITHM_MD5", fileKey: "f1", entryId: "entry-md5", ...change });
export const sha1 = (change: Partial<Hit> = {}) =>
  sha256({ algorithm: "ALGORITHM_SHA1", fileKey: "f1", entryId: "entry-sha1", ...change });
export const negative = (change: Partial<Hit> = {}) =>
  hit({ setRole: "SET_ROLE_NEGATIVE", setId: "innocent", ...change });

export function target(change: Partial<SeenTarget> = {}): SeenTarget {
  return {
    version: 1,
    state: "TARGET_STATE_PRESENT",
    reason: "PROBE_REASON_UNSPECIFIED",
    address: { keyId: "2026-03", nonce: new Uint8Array(12), ciphertext: new Uint8Array(20) },
    resolvedIp: "192.0.2.7",
    goneTime: undefined,
    fingerprints: [{ algorithm: "ALGORITHM_PDQ", value: new Uint8Array(32), quality: 90 }],
    ...change,
  };
}

export function match(hits: Hit[], change: Partial<SeenMatch> = {}): SeenMatch {
  return { version: 1, hits, tooLittleDetail: false, ...change };
}

/** Entry-1 of the national set is hit no more, since it was taken back: as wrong, if nothing else is said. */
export function takenBack(version: number, change: Partial<SeenMatch & RevokedHit> = {}): SeenMatch {
  const { cause = "REVOCATION_CAUSE_WRONG_FILE", setId = "national", entryId = "entry-1", ...rest } = change;
  return match([], { version, revoked: [{ setId, entryId, cause, revokedBy: [] }], ...rest });
}

export function reports(change: Partial<ReportFacts> = {}): ReportFacts {
  return { count: 1, ids: ["report-1"], raised: false, newestTime: noon, firstTime: noon, ...change };
}

export function file(change: Partial<CaseFile> = {}): CaseFile {
  return { ...openCase("case-1", "target-1", 1, noon), ...change };
}

export function scheme(change: Partial<Scheme> = {}): Scheme {
  return {
    scheme: "interpol",
    version: "1",
    title: "a scheme",
    source: "a test",
    isForLists: false,
    codes: [],
    ...change,
  };
}
