import fc from "fast-check";
import { RevocationCause } from "@ntd/proto/common/v1/common";
import type { Hit } from "@ntd/proto/matching/v1/match";
import { describe, expect, test } from "vitest";
import { groundsInBasis, groundsOf, isCarried, settled, takenBackBy, type Grounds, type Known } from "./grounds.ts";
import { hit, md5, negative, sha1, sha256 } from "../../test/facts.ts";

const other = hit({ setId: "other", entryId: "entry-2" });
const harmless = ["WITHDRAWN_BY_CONTRIBUTOR", "EXPIRED", "LICENCE", "RECLASSED", "DUPLICATE"];
const taken = (cause: string, entryId = "entry-1", setId = "national") => [
  { setId, entryId, cause: `REVOCATION_CAUSE_${cause}` as RevocationCause, revokedBy: [] },
];

const now = (hits: Hit[], change: Partial<Known> = {}): Known => ({ hits, revoked: [], moved: false, ...change });
const stands = (grounds: Grounds, known: Known) => isCarried(settled(grounds, known), known.hits);

describe("given a decision on a likeness", () => {
  const grounds = groundsOf([hit(), hit({ setId: "nominates", autoIssue: false })]);

  test("when it is made, it keeps the hits that decide, and how near they had to be", () => {
    const hits = [{ setId: "national", entryId: "entry-1", algorithm: "ALGORITHM_PDQ" }];
    expect(grounds).toEqual({ hits, pdqRadius: 31, pdqMinQuality: 50 });
  });

  test("when its hit is there, it stands as it is, whatever the set allows and says by now, and whatever content it is", () => {
    const change = fc.record({
      autoIssue: fc.boolean(),
      votes: fc.nat(9),
      minVotes: fc.nat(9),
      threshold: fc.nat(31),
      releaseId: fc.string(),
      distance: fc.nat(31),
      classification: fc.constant(undefined),
    });
    fc.assert(
      fc.property(
        change,
        fc.boolean(),
        (changed, moved) => settled(grounds, now([hit(changed)], { moved })) === grounds,
      ),
    );
  });

  test("when the content moved and only shows it in part now, it rests on that no more", () => {
    const inPart = hit({ rendition: "inner", nominatesOnly: true });
    expect(stands(grounds, now([inPart], { moved: true }))).toBe(false);
    expect(stands(grounds, now([hit({ rendition: "frame 7" })], { moved: true }))).toBe(true);
  });

  test("when the content moved, the radius and the floor of quality of then count", () => {
    const moved = (ofThen: Partial<Grounds>, change: Partial<Hit>) =>
      stands({ ...grounds, ...ofThen }, now([hit(change)], { moved: true }));
    expect(moved({}, { distance: 40 })).toBe(false);
    expect(moved({ pdqRadius: 40 }, { distance: 40 })).toBe(true);
    expect(moved({}, { queryQuality: 30 })).toBe(false);
    expect(moved({ pdqMinQuality: 30 }, { queryQuality: 30 })).toBe(true);
  });

  test("when another hit decides by itself, it stands on that, also once its set needs a person", () => {
    const both = settled(grounds, now([hit(), other]));
    expect(both.hits.map(({ setId }) => setId)).toEqual(["national", "other"]);
    const wrong = settled(both, now([hit({ ...other, autoIssue: false })], { revoked: taken("WRONG_FILE") }));
    expect(wrong.hits.map(({ setId }) => setId)).toEqual(["other"]);
  });

  test("when a negative set speaks against it, it falls; on equal bytes it stands", () => {
    expect(stands(grounds, now([hit(), negative()]))).toBe(false);
    expect(stands(grounds, now([hit({ setRole: "SET_ROLE_NEGATIVE" })]))).toBe(false);
    expect(stands(groundsOf([sha256()]), now([sha256({ autoIssue: false }), negative()]))).toBe(true);
    expect(isCarried(undefined, [])).toBe(false);
  });
});

describe("given a list that has the entry no more", () => {
  const grounds = groundsOf([hit()]);
  const unlisted = settled(grounds, now([]));

  test("when nobody says why, the decision stands on it, and that is noted until it is there again", () => {
    expect(unlisted.hits).toMatchObject([{ unlisted: true }]);
    expect(stands(grounds, now([]))).toBe(true);
    expect(settled(unlisted, now([]))).toBe(unlisted);
    expect(settled(unlisted, now([hit()]))).toEqual(grounds);
  });

  test("when it is called wrong later, the decision falls; when it is withdrawn, it stands", () => {
    expect(stands(unlisted, now([], { revoked: taken("NOT_ILLEGAL") }))).toBe(false);
    expect(settled(unlisted, now([], { revoked: taken("LICENCE") })).hits).toMatchObject([{ withdrawn: true }]);
  });

  test("when the picture is packed anew after that, it stands; equal bytes are equal no more", () => {
    const moved = now([], { moved: true });
    expect(stands(unlisted, moved)).toBe(true);
    expect(stands(settled(groundsOf([sha256()]), now([])), moved)).toBe(false);
    expect(stands(grounds, moved)).toBe(false);
  });

  test("when another entry, set or algorithm is called wrong, it stands", () => {
    for (const revoked of [taken("WRONG_FILE", "e9"), taken("WRONG_FILE", "entry-1", "x")]) {
      expect(stands(grounds, now([], { revoked }))).toBe(true);
    }
  });
});

describe("given an entry that was taken back", () => {
  const grounds = groundsOf([hit()]);

  test.each(Object.values(RevocationCause))(
    "when the cause is %s, it counts as wrong unless it says otherwise",
    (cause) => {
      const known = now([], { revoked: [{ setId: "national", entryId: "entry-1", cause, revokedBy: [] }] });
      expect(stands(grounds, known)).toBe(harmless.includes(cause.replace("REVOCATION_CAUSE_", "")));
      expect(settled(settled(grounds, known), known)).toEqual(settled(grounds, known));
    },
  );

  test("when it is withdrawn, the decision rests on it for good, also when no more is told of it", () => {
    const after = settled(grounds, now([], { revoked: taken("EXPIRED") }));
    expect(settled(after, now([]))).toBe(after);
  });

  test("when it is called wrong, any other one that it rests on carries it, also one that is listed no more", () => {
    const two = settled(groundsOf([hit(), other]), now([hit()]));
    expect(stands(two, now([], { revoked: taken("WRONG_FILE") }))).toBe(true);
  });

  test("when a negative set speaks against it, only equality of the bytes is left", () => {
    const withdrawn = (hits: Hit[]) => stands(groundsOf(hits), now([negative()], { revoked: taken("LICENCE") }));
    expect(withdrawn([hit()])).toBe(false);
    expect(withdrawn([sha256()])).toBe(true);
  });
});

test("it is the word of who called an entry wrong, not of who took one back without that", () => {
  const by = (cause: string, person: string) => taken(cause).map((one) => ({ ...one, revokedBy: [person] }));
  const wrong = by("WRONG_FILE", "maintainer/carol");
  expect(takenBackBy([...by("EXPIRED", "maintainer/dave"), ...wrong])).toEqual(["maintainer/carol"]);
});

describe("given a decision on MD5 and SHA-1", () => {
  const two = groundsOf([md5(), sha1()]);
  const wrong = (entryId: string) => taken("WRONG_FILE", entryId);

  test("when a list drops one or both, it stands; when one is called wrong, the other alone carries nothing", () => {
    expect(two.hits).toMatchObject([{ beside: "entry-sha1" }, { beside: "entry-md5" }]);
    for (const hits of [[md5()], [sha1()], [], [md5(), sha1(), negative()]]) expect(stands(two, now(hits))).toBe(true);
    expect(stands(two, now([md5()], { revoked: wrong("entry-sha1") }))).toBe(false);
    expect(stands(two, now([sha1()], { revoked: wrong("entry-md5") }))).toBe(false);
    expect(stands(groundsOf([md5(), sha1(), sha256()]), now([md5()], { revoked: wrong("entry-sha1") }))).toBe(true);
  });

  test("when one alone decided since its set allowed it, it stands without that, and falls by a negative set", () => {
    const one = groundsOf([md5({ weakEqualityDecides: true })]);
    expect(stands(one, now([md5()]))).toBe(true);
    expect(stands(one, now([md5({ weakEqualityDecides: true }), negative()]))).toBe(false);
  });

  test("when release 0.2 made it on one of them, it stands on that as it did", () => {
    const old = groundsInBasis("MD5 distance 0 of 0; set national, release r, entry entry-md5, votes 2");
    if (old === undefined) throw new Error("no grounds");
    expect(settled(old, now([md5()]))).toBe(old);
    expect(stands(old, now([md5(), negative()]))).toBe(true);
    expect(stands(old, now([md5(), sha1()], { revoked: wrong("entry-sha1") }))).toBe(true);
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
