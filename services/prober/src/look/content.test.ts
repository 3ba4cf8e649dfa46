import { PictureProblem, type ComputeFingerprintsResponse } from "@ntd/proto/fingerprint/v1/fingerprint_service";
import { expect, test } from "vitest";
import { contentOf, reasonOf } from "./content.ts";
import { contentOf as example } from "../../test/examples.ts";

const known = example(1, 0);

test.each([
  [100, 200, false],
  [49, 200, false],
  [100, 59, false],
  [49, 59, true],
])("PDQ quality %i and %i transitions: too little detail is %s", (pdq, transitions, expected) => {
  const quality = { ALGORITHM_PDQ: pdq, ALGORITHM_BLOCKHASH256: transitions } as Record<string, number>;
  const fingerprints = known.fingerprints.map((f) => ({ ...f, quality: quality[f.algorithm] ?? 0 }));
  expect(contentOf(answer({ fingerprints }), 7).tooLittleDetail).toBe(expected);
});

test("without perceptual fingerprints nothing is said about detail", () => {
  const fingerprints = known.fingerprints.slice(0, 1);
  expect(contentOf(answer({ fingerprints }), 7).tooLittleDetail).toBe(false);
});

test("what was fetched has its size", () => {
  expect(contentOf(answer({}), 1234).sizeBytes).toBe(1234);
});

test("every problem of the fingerprint service has a reason of ours", () => {
  const reasons = Object.values(PictureProblem).map((problem) => reasonOf(problem));
  expect(new Set(reasons).size).toBe(Object.values(PictureProblem).length);
  expect(reasonOf(PictureProblem.UNSPECIFIED)).toBeUndefined();
  expect(reasonOf("UNRECOGNIZED")).toBe("unknown");
});

function answer(given: Partial<ComputeFingerprintsResponse>): ComputeFingerprintsResponse {
  return {
    recipe: "exact-1",
    fingerprints: [],
    pdqForms: [],
    problem: PictureProblem.UNSPECIFIED,
    degraded: false,
    format: "jpeg",
    width: 100,
    height: 100,
    renditions: [],
    derived: [],
    frameCount: 0,
    ...given,
  };
}
