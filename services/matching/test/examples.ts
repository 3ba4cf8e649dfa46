import type { Hit } from "@ntd/proto/matching/v1/match";

/** A hit to begin with; for tests. */
export function exampleHit(changes: Partial<Hit> = {}): Hit {
  return {
    algorithm: "ALGORITHM_PDQ",
    distance: 4,
    threshold: 31,
    queryQuality: 80,
    entryQuality: 90,
    form: "original",
    setId: "set-a",
    setOwner: "Hotline",
    setRole: "SET_ROLE_POSITIVE",
    releaseId: "release-1",
    entryId: "entry-1",
    votes: 3,
    autoIssue: true,
    minVotes: 2,
    classification: { scheme: "iwf", version: "", code: "A" },
    expectedFalseMatches: 0.001,
    vetoedBySet: "",
    crossRecipe: false,
    ...changes,
  };
}
