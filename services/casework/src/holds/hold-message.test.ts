import { expect, test } from "vitest";
import { file, later, noon } from "../../test/facts.ts";
import { granted } from "../refusal.ts";
import { holdView, type Seer } from "./hold-message.ts";
import { heldByMark, heldByOfficer, released, type CaseHold } from "./hold.ts";

const reason = { keyId: "2026-03", nonce: new Uint8Array(12), ciphertext: new Uint8Array(20) };
const officers = granted(
  heldByOfficer(file(), { holdId: "h1", by: "police/pam", sinceTime: noon, expireTime: later(9), reason }),
);
const marks = heldByMark(file(), { holdId: "h1", by: "police/pam", markId: "mark-1" }, noon);
const over = (held: typeof marks): CaseHold => {
  const done = granted(released(held, "h1", { by: "police/pat", reason, onlyWaiting: false }, later(5)));
  return done.holds?.all[0] ?? expect.fail("no hold");
};
const of = { caseId: "case-1", state: "CASE_STATE_QUEUED" } as const;

function seen(hold: CaseHold, seer: Seer) {
  const { heldBy, markId, reason: why, releaseReason } = holdView(hold, of, seer, () => "words");
  return [heldBy, markId, why, releaseReason];
}

test("what an officer holds: its words are for police and supervisors", () => {
  expect(seen(over(officers), "police")).toEqual(["police/pam", "", "words", "words"]);
  expect(seen(over(officers), "supervisor")).toEqual(["police/pam", "", "words", "words"]);
});

test("an operator hears that it is held: by an officer or by a mark is alike", () => {
  const [byOfficer, byMark] = [officers, marks].map((one) => holdView(over(one), of, "operator", () => "words"));
  expect([byOfficer?.hold?.cause, byOfficer?.heldBy]).toEqual([byMark?.hold?.cause, byMark?.heldBy]);
  expect(seen(over(officers), "operator")).toEqual(["", "", "", ""]);
});

test("what a mark holds: nobody but police hears which, whose, or a word of it", () => {
  expect(seen(over(marks), "police")).toEqual(["police/pam", "mark-1", "", "words"]);
  for (const seer of ["supervisor", "operator"] as const) expect(seen(over(marks), seer)).toEqual(["", "", "", ""]);
});
