import { WITHDRAWS_NOTHING } from "@ntd/facts";
import type { Decision, Seen } from "@ntd/proto/casework/v1/case";
import type { Fingerprint } from "@ntd/proto/common/v1/common";
import { expect, test } from "vitest";
import { file, noon, target } from "../../test/facts.ts";
import { fileOf, seenByBoth } from "./seen-file.ts";

const sha256: Fingerprint = { algorithm: "ALGORITHM_SHA256", value: Buffer.alloc(32, 1), quality: 0 };
const film: Fingerprint = { algorithm: "ALGORITHM_VPDQ", value: Buffer.alloc(37, 1), quality: 0 };
const of = file({ target: { ...target(), fingerprints: [sha256, film] } });
const illegal = { decision: "VERDICT_ILLEGAL" as const, inDoubt: false };
const speaksOf = (said: object = {}, aFile = of) =>
  fileOf(aFile, { ...illegal, ...said } as Parameters<typeof fileOf>[1]);

test("a decision is about the file that is there, and of a film about all that was looked at of it", () => {
  expect(speaksOf()).toEqual([sha256]);
  expect(speaksOf({ decision: "VERDICT_NOT_ILLEGAL" })).toEqual([sha256]);
  expect(speaksOf({}, file({ target: { ...target(), fingerprints: [sha256], film: film.value } }))).toEqual([
    sha256,
    film,
  ]);
});

test.each([
  ["who is in doubt, of the age too", { inDoubt: true }],
  ["out of scope", { decision: "VERDICT_OUT_OF_SCOPE" }],
  ["a page for what it embeds", { embedded: { items: [] } }],
])("a decision is about no file: %s", (_, said) => {
  expect(speaksOf(said)).toBeUndefined();
});

test("a decision is about no file whose bytes are not known", () => {
  expect(speaksOf({}, file({ target: { ...target(), fingerprints: [film] } }))).toBeUndefined();
});

const decision = (seen?: Seen): Decision => ({
  decisionId: "d",
  verdict: "VERDICT_ILLEGAL",
  decidedBy: "assessor/ann",
  decidedTime: noon,
  classifications: [],
  basis: "",
  reason: undefined,
  despiteGone: false,
  ...WITHDRAWS_NOTHING,
  ...(seen && { seen }),
});

test("who looked a second time is named where both saw the same bytes", () => {
  const other: Fingerprint = { ...sha256, value: Buffer.alloc(32, 2) };
  const seen = (person: string, print = sha256): Seen => ({ persons: [person], fingerprints: [print] });
  const first = decision(seen("assessor/ann"));
  expect(seenByBoth(first, { seen: seen("assessor/ben") }).seen?.persons).toEqual(["assessor/ann", "assessor/ben"]);
  expect(seenByBoth(first, { seen: seen("assessor/ben", other) })).toBe(first);
  expect(seenByBoth(first, { seen: seen("police/ann") })).toBe(first);
  expect(seenByBoth(first, {})).toBe(first);
  expect(seenByBoth(decision(), { seen: seen("assessor/ben") }).seen).toBeUndefined();
});
