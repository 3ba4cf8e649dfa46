import fc from "fast-check";
import { expect, test } from "vitest";
import { hit, sha256 } from "../../test/facts.ts";
import { basisOf, hitInBasis } from "./basis.ts";

test("a basis names which of the pictures that a file shows was found, and none where it is the one that stands for it", () => {
  const of = { distance: 4, setId: "national", releaseId: "r-1", entryId: "e-1", votes: 2 };
  const listed = "set national, release r-1, entry e-1, votes 2";
  expect(basisOf(hit(of))).toBe(`PDQ distance 4 of 31; ${listed}`);
  expect(basisOf(hit({ ...of, rendition: "frame 7, inner" }))).toBe(
    `PDQ distance 4 of 31 in frame 7, inner; ${listed}`,
  );
});

test("what a basis says of its hit is read again, whichever picture of a file was found", () => {
  const name = fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,20}$/);
  const rendition = fc.constantFrom(undefined, "inner", "on black", "frame 0", "frame 15, inner, on black");
  fc.assert(
    fc.property(name, name, name, rendition, fc.boolean(), (setId, releaseId, entryId, shown, isEqual) => {
      const key = { setId, releaseId, entryId };
      const made = isEqual ? sha256(key) : hit({ ...key, ...(shown !== undefined && { rendition: shown }) });
      expect(hitInBasis(basisOf(made))).toEqual({ ...key, algorithm: made.algorithm });
    }),
  );
});

test("a basis of an earlier release is read, and a person's is none", () => {
  const earlier = "SHA256 distance 0 of 0; set national, release , entry e-1, votes 0";
  expect(hitInBasis(earlier)).toEqual({
    setId: "national",
    releaseId: "",
    entryId: "e-1",
    algorithm: "ALGORITHM_SHA256",
  });
  expect(hitInBasis("act s.1")).toBeUndefined();
});
