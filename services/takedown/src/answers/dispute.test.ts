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

const noGrounds = { ...disputed, disputeGrounds: "DISPUTE_GROUNDS_UNSPECIFIED" } as const;
test.each([
  ["grounds without a text", { ...disputed, disputeText: "" }, "dispute_text", /go together/],
  ["a text without grounds", noGrounds, "dispute_grounds", /go together/],
  ["no word", { ...disputed, disputeGrounds: "UNRECOGNIZED" as const }, "dispute_grounds", /no word of this release/],
  ["a long text", { ...disputed, disputeText: "x".repeat(2001) }, "dispute_text", /has 2001 characters; at most 2000/],
  ["a blank text", { ...disputed, disputeText: "  " }, "dispute_text", /blank/],
  ["a line break", { ...disputed, disputeText: "a\nb" }, "dispute_text", /control character/],
  ["no dispute", { ...disputed, outcome: "OUTCOME_REMOVED" as const }, "dispute_grounds", /goes with DISPUTED/],
])("%s is refused by its whole name", (_, outcome, field, mend) => {
  const seal = () => sealDisputes([anOutcomeToSend(), anOutcomeToSend(outcome)], keys, at(0));
  expect(seal).toThrowError(
    expect.objectContaining({ fields: [{ field: `outcomes[1].${field}`, description: expect.stringMatching(mend) }] }),
  );
});

test("what is wrong with each outcome is said at once", () => {
  const wrong = anOutcomeToSend({ ...disputed, disputeText: "" });
  const seal = () => sealDisputes([wrong, anOutcomeToSend(), wrong], keys, at(0));
  const fields = ["outcomes[0].dispute_text", "outcomes[2].dispute_text"].map((field) =>
    expect.objectContaining({ field }),
  );
  expect(seal).toThrowError(expect.objectContaining({ fields }));
});

test("as many characters as may be are taken, whatever they are", () => {
  const text = "é".repeat(2000);
  const [said] = sealDisputes([anOutcomeToSend({ ...disputed, disputeText: text })], keys, at(0));
  expect(said?.disputeText && keys.open(said.disputeText)).toBe(text);
});
