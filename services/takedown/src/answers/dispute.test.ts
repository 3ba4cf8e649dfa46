import { sealer } from "@ntd/service";
import { expect, test } from "vitest";
import { anOutcomeToSend, at } from "../../test/examples.ts";
import { sealDisputes } from "./dispute.ts";

const keys = sealer(new Map([["2020-01", new Uint8Array(32).fill(7)]]));
const disputed = { outcome: "OUTCOME_DISPUTED", disputeGrounds: "DISPUTE_GROUNDS_OTHER", disputeText: "Why." } as const;

test("why is sealed; what needs no why is left as it is", () => {
  const [why, plain] = sealDisputes([anOutcomeToSend(disputed), anOutcomeToSend()], keys, at(0));
  expect(why?.disputeText && keys.open(why.disputeText)).toBe("Why.");
  expect(plain).toEqual({ ...plain, outcome: "OUTCOME_REMOVED", disputeText: undefined });
});

test.each([
  ["grounds without a text", { ...disputed, disputeText: "" }, /go together/],
  ["a text without grounds", { ...disputed, disputeGrounds: "DISPUTE_GROUNDS_UNSPECIFIED" as const }, /go together/],
  ["grounds that are no word", { ...disputed, disputeGrounds: "UNRECOGNIZED" as const }, /no word of this release/],
  ["a text that is too long", { ...disputed, disputeText: "x".repeat(2001) }, /has 2001 characters; at most 2000/],
  ["a blank text", { ...disputed, disputeText: "  " }, /blank/],
  ["a line break", { ...disputed, disputeText: "a\nb" }, /control character/],
  ["what is no dispute", { ...disputed, outcome: "OUTCOME_REMOVED" as const }, /go with DISPUTED/],
])("%s is refused by name", (_, outcome, mend) => {
  const seal = () => sealDisputes([anOutcomeToSend(), anOutcomeToSend(outcome)], keys, at(0));
  expect(seal).toThrowError(
    expect.objectContaining({ fields: [{ field: "outcomes[1]", description: expect.stringMatching(mend) }] }),
  );
});

test("as many characters as may be are taken, whatever they are", () => {
  const text = "é".repeat(2000);
  const [said] = sealDisputes([anOutcomeToSend({ ...disputed, disputeText: text })], keys, at(0));
  expect(said?.disputeText && keys.open(said.disputeText)).toBe(text);
});
