import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exampleHit } from "../../test/examples.ts";
import { withVetoes } from "./veto.ts";

const negative = exampleHit({ setId: "innocent", setRole: "SET_ROLE_NEGATIVE" });
const pdq = exampleHit();
const blockhash = exampleHit({ algorithm: "ALGORITHM_BLOCKHASH256" });
const md5 = exampleHit({ algorithm: "ALGORITHM_MD5", distance: 0 });
const vetoes = (...hits: (typeof pdq)[]) => withVetoes(hits).map(({ vetoedBySet }) => vetoedBySet);

describe("a hit in a negative set", () => {
  test("vetoes every hit by likeness, and is not vetoed itself", () => {
    expect(vetoes(pdq, blockhash, negative)).toEqual(["innocent", "innocent", ""]);
  });

  test("by likeness of one picture vetoes hits of that alone, with its border or without; by its bytes those of all", () => {
    const shown = [undefined, "inner", "frame 7", "frame 7, inner", "frame 71"] as const;
    const hits = shown.map((rendition) => ({ ...pdq, ...(rendition && { rendition }) }));
    const no = ["", "", "", "", ""];
    expect(vetoes({ ...negative, rendition: "frame 7" }, ...hits).slice(1)).toEqual(
      no.with(2, "innocent").with(3, "innocent"),
    );
    expect(vetoes(negative, ...hits).slice(1)).toEqual(no.with(0, "innocent").with(1, "innocent"));
    const bytes = vetoes({ ...negative, algorithm: "ALGORITHM_MD5" }, ...hits).slice(1);
    expect(bytes).toEqual(no.map(() => "innocent"));
  });

  test.each(["ALGORITHM_SHA1", "ALGORITHM_BLOCKHASH256"] as const)("does so also by %s", (algorithm) => {
    expect(vetoes({ ...negative, algorithm }, pdq)).toEqual(["", "innocent"]);
  });

  test("vetoes nothing when a positive set lists the same bytes by SHA-256, or by MD5 and SHA-1 of one file", () => {
    const sha1 = { ...md5, algorithm: "ALGORITHM_SHA1", fileKey: "f1" } as const;
    const sha256 = { ...md5, algorithm: "ALGORITHM_SHA256" } as const;
    expect(vetoes(sha256, pdq, negative)).toEqual(["", "", ""]);
    expect(vetoes({ ...sha256, disputed: true }, pdq, negative)).toEqual(["", "innocent", ""]);
    expect(vetoes(sha1, { ...md5, fileKey: "f1" }, pdq, negative)).toEqual(["", "", "", ""]);
    for (const two of [{ ...md5, fileKey: "f2" }, md5, { ...md5, fileKey: "f1", setId: "another" }]) {
      expect(vetoes(sha1, two, pdq, negative)).toEqual(["", "", "innocent", ""]);
    }
  });

  test.each(["ALGORITHM_SHA1", "ALGORITHM_MD5"] as const)("vetoes likeness beside %s alone", (algorithm) => {
    expect(vetoes({ ...md5, algorithm, fileKey: "f1" }, pdq, negative)).toEqual(["", "innocent", ""]);
  });

  test("does not count as the same bytes for its own sake", () => {
    expect(vetoes({ ...negative, algorithm: "ALGORITHM_SHA256" }, pdq, negative)).toEqual(["", "innocent", ""]);
  });

  test("vetoes likeness to what children reported, whose equal bytes protect nothing else", () => {
    const reported = { ...pdq, setId: "own", setRole: "SET_ROLE_VICTIM_REPORTED" } as const;
    expect(vetoes(reported, negative)).toEqual(["innocent", ""]);
    expect(vetoes({ ...reported, algorithm: "ALGORITHM_SHA256" }, pdq, negative)).toEqual(["", "innocent", ""]);
    expect(vetoes(reported, pdq)).toEqual(["", ""]);
  });

  test("is named by its set, the strongest of several", () => {
    expect(vetoes(negative, { ...negative, setId: "weaker" }, pdq)).toEqual(["", "", "innocent"]);
  });

  test("is one also when its role is not known here", () => {
    expect(vetoes(pdq, { ...negative, setRole: "UNRECOGNIZED" })).toEqual(["innocent", ""]);
  });
});

describe("of a film", () => {
  const film = {
    entryFrames: 10,
    entryFramesFound: 8,
    filmFrames: 8,
    filmFramesFound: 8,
    found: [0, 1, 2, 3, 4, 5, 6, 7],
  };
  const listed = exampleHit({ algorithm: "ALGORITHM_VPDQ", nominatesOnly: true, film });
  const innocent = (found: number[], changes: Partial<typeof pdq> = {}) => ({
    ...negative,
    algorithm: "ALGORITHM_VPDQ" as const,
    film: { entryFrames: 3, entryFramesFound: found.length, filmFrames: 8, filmFramesFound: found.length, found },
    ...changes,
  });
  const shown = exampleHit({
    nominatesOnly: true,
    rendition: "at 2 s",
    film: { entryFrames: 0, entryFramesFound: 0, filmFrames: 8, filmFramesFound: 2, found: [2, 3] },
  });

  test("innocent frames are in no number", () => {
    const [, told] = withVetoes([innocent([0, 7]), listed]);
    expect(told).toMatchObject({
      vetoedBySet: "",
      film: { entryFrames: 8, entryFramesFound: 6, filmFrames: 6, filmFramesFound: 6 },
    });
  });

  test("what is no match without them is vetoed, by whichever set they are in", () => {
    const some = innocent([0, 1, 2, 3]);
    const others = innocent([4, 5, 6, 7], { setId: "more" });
    expect(vetoes(some, listed)).toEqual(["", ""]);
    expect(vetoes(some, others, listed)).toEqual(["", "", "innocent"]);
    expect(vetoes(innocent([9]), some, others, listed)[3]).toBe("innocent");
  });

  test("an innocent picture takes the frames that show it", () => {
    const picture = { ...shown, setId: "innocent", setRole: "SET_ROLE_NEGATIVE" as const };
    const [, told] = withVetoes([picture, listed]);
    expect(told?.film?.filmFramesFound).toBe(6);
    expect(vetoes(picture, shown)).toEqual(["", "innocent"]);
    expect(vetoes(innocent([2]), shown)).toEqual(["", ""]);
  });

  test("what is innocent in pictures of another kind speaks of no frame, and its bytes of all", () => {
    expect(vetoes(negative, listed, shown)).toEqual(["", "", ""]);
    expect(vetoes(innocent([0, 1, 2, 3, 4, 5, 6, 7]), pdq)).toEqual(["", ""]);
    expect(vetoes({ ...negative, algorithm: "ALGORITHM_MD5" }, listed, shown)).toEqual(["", "innocent", "innocent"]);
    expect(vetoes({ ...md5, algorithm: "ALGORITHM_SHA256" }, innocent(film.found), listed)).toEqual(["", "", ""]);
  });
});

test("without a negative set nothing is vetoed", () => {
  expect(vetoes(md5, pdq, blockhash)).toEqual(["", "", ""]);
  expect(vetoes()).toEqual([]);
});

test("whatever is found: equality of bytes is never vetoed, and a veto follows from the hits alone", () => {
  const any = fc.array(fc.constantFrom(pdq, blockhash, md5, negative, { ...negative, algorithm: md5.algorithm }));
  fc.assert(
    fc.property(any, (hits) => {
      const told = withVetoes(hits);
      expect(withVetoes(told)).toEqual(told);
      for (const hit of told) if (hit.algorithm === "ALGORITHM_MD5") expect(hit.vetoedBySet).toBe("");
    }),
  );
});
