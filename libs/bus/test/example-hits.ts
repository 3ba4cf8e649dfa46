import type { DataOf } from "../src/reading/work.ts";

export const classification = { scheme: "national", version: "1", code: "csam" };
/** As the first release wrote it; those that follow have what later ones added. */
export const firstHit: DataOf<"case">["hits"][number] = {
  algorithm: "ALGORITHM_PDQ",
  distance: 12,
  threshold: 31,
  queryQuality: 88,
  entryQuality: 100,
  form: "rotate90",
  setId: "national",
  setOwner: "hotline",
  setRole: "SET_ROLE_POSITIVE",
  releaseId: "release-1",
  entryId: "entry-1",
  votes: 3,
  autoIssue: true,
  minVotes: 2,
  classification,
};
export const secondHit = { ...firstHit, expectedFalseMatches: 0.25, vetoedBySet: "innocent", crossRecipe: true };
export const thirdHit = {
  ...secondHit,
  fileKey: "01",
  entrySizeBytes: 70_000,
  querySizeBytes: 80_000,
  weakEqualityDecides: true,
};
/** With every field set. */
export const hit = { ...thirdHit, rendition: "frame 7, inner", nominatesOnly: true };
