import { expect, test } from "vitest";
import { file, match, sha256, target } from "../../test/facts.ts";
import { judgementOf } from "./judgement.ts";

/** Only its bytes were hashed. */
const bytes = target().fingerprints.filter(({ algorithm }) => algorithm !== "ALGORITHM_PDQ");
const exact = [{ algorithm: "ALGORITHM_SHA256" as const, value: new Uint8Array(32), quality: 0 }, ...bytes];

test("a film whose frames were seen is judged as a picture is; one that was not decoded is a file", () => {
  const seen = target({ fingerprints: exact, isFilm: true });
  expect(judgementOf(file({ target: seen, match: match([]) }))).toEqual({
    kind: "queue",
    reason: "QUEUE_REASON_NO_HIT",
  });
  const unseen = target({ fingerprints: exact, state: "TARGET_STATE_NOT_MEDIA" });
  expect(judgementOf(file({ target: unseen, match: match([]) }))).toEqual({
    kind: "queue",
    reason: "QUEUE_REASON_NOT_MEDIA",
  });
  // Known by its bytes it is decided all the same.
  expect(judgementOf(file({ target: unseen, match: match([sha256()]) })).kind).toBe("automatic");
});
