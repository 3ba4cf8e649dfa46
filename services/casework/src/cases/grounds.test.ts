import fc from "fast-check";
import { RevocationCause } from "@ntd/proto/common/v1/common";
import type { Hit } from "@ntd/proto/matching/v1/match";
import { describe, expect, test } from "vitest";
import { groundsInBasis, groundsOf, isCarried, isUpheld, renewed, withWithdrawn } from "./grounds.ts";
import { hit, negative, sha256 } from "../../test/facts.ts";

const other = hit({ setId: "other", entryId: "entry-2" });

describe("given a decision on a likeness", () => {
  const grounds = groundsOf([hit(), hit({ setId: "nominates", autoIssue: false })]);

  test("when it is made, it keeps the hits that decide, and how near they had to be", () => {
    const hits = [{ setId: "national", entryId: "entry-1", algorithm: "ALGORITHM_PDQ" }];
    expect(grounds).toEqual({ hits, pdqRadius: 31, pdqMinQuality: 50 });
  });

  test("when its hit is there, it stands, whatever the set allows and says by now", () => {
    const change = fc.record({
      autoIssue: fc.boolean(),
      votes: fc.nat(9),
      minVotes: fc.nat(9),
      threshold: fc.nat(31),
      releaseId: fc.string(),
      distance: fc.nat(31),
      classification: fc.constant(undefined),
    });
    fc.assert(fc.property(change, (changed) => isCarried(grounds, [hit(changed)])));
  });

  test("when the radius or the floor of quality of then was another one, that one counts", () => {
    const [far, plain] = [hit({ distance: 40 }), hit({ queryQuality: 30 })];
    expect(isCarried(grounds, [far])).toBe(false);
    expect(isCarried({ ...grounds, pdqRadius: 40 }, [far])).toBe(true);
    expect(isCarried(grounds, [plain])).toBe(false);
    expect(isCarried({ ...grounds, pdqMinQuality: 30 }, [plain])).toBe(true);
  });

  test("when another entry, set or algorithm is hit that does not decide, it does not stand on it", () => {
    for (const change of [{ entryId: "e2" }, { setId: "s2" }, { algorithm: "ALGORITHM_BLOCKHASH256" as const }]) {
      expect(isCarried(grounds, [hit({ ...change, autoIssue: false })])).toBe(false);
    }
  });

  test("when another hit decides by itself, it stands on that, also once its set needs a person", () => {
    const both = renewed(grounds, [hit(), other]);
    expect(both.hits.map(({ setId }) => setId)).toEqual(["national", "other"]);
    expect(isCarried(both, [hit({ ...other, autoIssue: false })])).toBe(true);
    expect(renewed(both, [other]).hits.map(({ setId }) => setId)).toEqual(["other"]);
    expect(renewed(both, [])).toBe(both);
    expect(renewed(grounds, [hit()])).toBe(grounds);
  });

  test("when a negative set speaks against it, it falls; on equal bytes it stands", () => {
    expect(isCarried(grounds, [hit(), negative()])).toBe(false);
    expect(isCarried(grounds, [hit({ setRole: "SET_ROLE_NEGATIVE" })])).toBe(false);
    const exact = [sha256({ autoIssue: false }), negative()];
    expect(isCarried(groundsOf([sha256()]), exact)).toBe(true);
  });
});

describe("given an entry that was taken back", () => {
  const grounds = groundsOf([hit(), other]);
  const taken = (cause: RevocationCause, entryId = "entry-1", setId = "national") => [
    { setId, entryId, cause, revokedBy: [] },
  ];
  const harmless = ["WITHDRAWN_BY_CONTRIBUTOR", "EXPIRED", "LICENCE", "RECLASSED", "DUPLICATE"];

  test.each(Object.values(RevocationCause))(
    "when the cause is %s, it counts as wrong unless it says otherwise",
    (cause) => {
      const after = withWithdrawn(grounds, taken(cause));
      const isHarmless = harmless.includes(cause.replace("REVOCATION_CAUSE_", ""));
      expect(isUpheld(after, [])).toBe(isHarmless);
      expect(withWithdrawn(after, taken(cause))).toBe(after);
    },
  );

  test("when it is withdrawn, the decision rests on it for good, also when no more is told of it", () => {
    const after = renewed(withWithdrawn(grounds, taken("REVOCATION_CAUSE_EXPIRED")), [other]);
    expect(after.hits).toHaveLength(2);
    expect(isUpheld(renewed(withWithdrawn(after, []), []), [])).toBe(true);
  });

  test("when it is another entry, or the same one of another set, nothing is withdrawn", () => {
    for (const revoked of [
      taken("REVOCATION_CAUSE_EXPIRED", "e9"),
      taken("REVOCATION_CAUSE_EXPIRED", "entry-1", "x"),
    ]) {
      expect(withWithdrawn(grounds, revoked)).toBe(grounds);
    }
  });

  test("when a negative set speaks against it, only equality of the bytes is left", () => {
    const withdrawn = (hits: Hit[]) => withWithdrawn(groundsOf(hits), taken("REVOCATION_CAUSE_LICENCE"));
    expect(isUpheld(withdrawn([hit()]), [negative()])).toBe(false);
    expect(isUpheld(withdrawn([sha256()]), [negative()])).toBe(true);
    expect(isUpheld(undefined, [])).toBe(false);
  });
});

describe("given a decision of release 0.2", () => {
  test("when its basis names the hit, that is its ground", () => {
    const basis = "SHA256 distance 0 of 0; set a, b; release x, release r-1, entry e-1, votes 3";
    const hits = [{ setId: "a, b; release x", entryId: "e-1", algorithm: "ALGORITHM_SHA256" }];
    expect(groundsInBasis(basis)).toEqual({ hits, pdqRadius: 31, pdqMinQuality: 50 });
  });

  test.each(["", "section 4", "PDQ distance 1 of 31; set , release r, entry e, votes 2"])("%j names none", (basis) => {
    expect(groundsInBasis(basis)).toBeUndefined();
  });
});
