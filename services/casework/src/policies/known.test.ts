import { expect, test } from "vitest";
import { file, hit, match, md5, negative, sha1, sha256 } from "../../test/facts.ts";
import { isKnown } from "./known.ts";

test("known is what a positive set lists, whatever it allows machines, and whoever votes for it", () => {
  expect(isKnown(file({ match: match([sha256()]) }))).toBe(true);
  expect(isKnown(file({ match: match([hit({ autoIssue: false, votes: 0 })]) }))).toBe(true);
  expect(isKnown(file({ match: match([md5(), sha1()]) }))).toBe(true);
});

test("nothing, what only nominates, and what a negative set speaks against is not known", () => {
  expect(isKnown(file())).toBe(false);
  expect(isKnown(file({ match: match([]) }))).toBe(false);
  expect(isKnown(file({ match: match([hit({ distance: 40, threshold: 60 })]) }))).toBe(false);
  expect(isKnown(file({ match: match([md5()]) }))).toBe(false);
  expect(isKnown(file({ match: match([hit({ setRole: "SET_ROLE_DERIVED", distance: 0 })]) }))).toBe(false);
  expect(isKnown(file({ match: match([negative()]) }))).toBe(false);
  expect(isKnown(file({ match: match([hit(), negative()]) }))).toBe(false);
  expect(isKnown(file({ match: match([sha256(), negative()]) }))).toBe(true);
});
