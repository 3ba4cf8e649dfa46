import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { afterTold, against, confirm, fallen, heard, listed, listing, newProposal, refuse } from "./proposal.ts";
import { seenBy, untold, type CaseWord, type ProposalState } from "./proposal.ts";

const noon = new Date("2026-03-01T12:00:00Z");
const fresh = newProposal({ proposalId: "p", fingerprints: [] }, noon);
const of = { releaseId: "r", entryIds: ["e"] };

function say(
  proposal: ProposalState,
  version: number,
  says: CaseWord["says"],
  by: string[],
  caseId = "c",
): ProposalState {
  return heard(proposal, caseId, { version, says, by }) ?? proposal;
}

function allowed<T extends object>(outcome: T | string | undefined): T {
  if (typeof outcome !== "object") throw new Error(`refused: ${outcome}`);
  return outcome;
}

const proposed = say(fresh, 1, "illegal", ["assessor/ann"]);
const confirmed = allowed(confirm(proposed, "assessor/ben"));
const inList = allowed(listed(allowed(listing(confirmed, of)), "r"));

describe("a file that was decided illegal", () => {
  test("waits for another person who saw it, whatever the kind of identity of the first", () => {
    expect(proposed.stage.name).toBe("proposed");
    expect(confirm(proposed, "maintainer/ann")).toBe("SAME_PERSON");
    expect(confirmed.stage.name).toBe("confirmed");
    expect(listing(proposed, of)).toBeUndefined();
  });

  test("has two at once where two decided, in one case or in two", () => {
    expect(say(fresh, 1, "illegal", ["assessor/ann", "assessor/ben"]).stage.name).toBe("confirmed");
    expect(say(proposed, 1, "illegal", ["assessor/ben"], "d").stage.name).toBe("confirmed");
    expect(say(proposed, 1, "illegal", ["assessor/ann"], "d").stage.name).toBe("proposed");
  });

  test("is not listed while somebody who saw it says otherwise", () => {
    const against = say(confirmed, 1, "not_illegal", ["assessor/cleo"], "d");
    expect(against.stage.name).toBe("proposed");
    expect(say(against, 2, "illegal", ["assessor/cleo"], "d").stage.name).toBe("confirmed");
  });

  test("is withdrawn when the decision falls before it is listed, and begins anew with the next one", () => {
    const gone = say(confirmed, 2, "nothing", ["assessor/cleo"]);
    expect([gone.stage.name, gone.confirmedBy]).toEqual(["withdrawn", []]);
    expect(confirm(gone, "assessor/ben")).toBe("WRONG_STATE");
    expect(say(gone, 3, "illegal", ["assessor/ann"]).stage.name).toBe("proposed");
  });

  test("stays listed while it is in doubt, and is taken back by who took back the decision", () => {
    const doubted = say(inList, 2, "waits", []);
    expect(doubted.stage.name).toBe("listed");
    const falling = say(doubted, 3, "not_illegal", ["assessor/cleo", "assessor/dan"]);
    expect(falling.stage).toEqual({ name: "falling", listing: of, by: ["assessor/cleo", "assessor/dan"] });
    expect(allowed(fallen(falling, true)).stage.name).toBe("revoked");
  });

  test("that was noted with several releases is listed with whichever came into force", () => {
    const twice = allowed(listing(allowed(listing(confirmed, of)), { ...of, releaseId: "r2" }));
    expect(listing(twice, { ...of, releaseId: "r2" })).toBeUndefined();
    expect(listed(twice, "r")?.stage).toEqual({ name: "listed", listing: of });
    expect(listed(twice, "r2")?.stage).toEqual({ name: "listed", listing: { ...of, releaseId: "r2" } });
    const falling = say(twice, 2, "nothing", ["assessor/cleo"]);
    expect(falling.stage).toMatchObject({ name: "falling", listing: { releaseId: "r2", earlier: ["r"] } });
  });

  test("is not taken back while another case calls it illegal", () => {
    const two = say(inList, 1, "illegal", ["assessor/ben"], "d");
    expect(say(two, 2, "nothing", ["assessor/cleo"]).stage.name).toBe("listed");
  });

  test("that fell before its release came into force can be proposed again", () => {
    const falling = say(allowed(listing(confirmed, of)), 2, "nothing", ["assessor/cleo"]);
    expect(listed(falling, "r")).toBeUndefined();
    expect(allowed(fallen(falling, false)).stage.name).toBe("withdrawn");
    expect(allowed(fallen(say(falling, 3, "illegal", ["assessor/ann"]), false)).stage.name).toBe("proposed");
  });

  test("is refused by one person, for good, and not once it is listed", () => {
    const over = allowed(refuse(confirmed, "assessor/cleo", "an advert", noon));
    expect(say(over, 2, "illegal", ["assessor/ann", "assessor/ben"]).stage.name).toBe("refused");
    expect(refuse(inList, "assessor/cleo", "an advert", noon)).toBeUndefined();
  });
});

const until = new Date("2026-03-01T16:00:00Z");

function doubt(proposal: ProposalState, version: number, caseId = "c", lasts = false): ProposalState {
  const word = { version, says: "doubted" as const, by: [], ...(!lasts && { untilTime: until }) };
  return heard(proposal, caseId, word) ?? proposal;
}

describe("a file that is listed, when its decision is in doubt", () => {
  const doubted = doubt(inList, 2);

  test("stays listed, and its entries are to be told until when that lapses", () => {
    expect(doubted.stage.name).toBe("listed");
    expect(against(doubted)).toEqual({ name: "doubt", untilTime: until });
    expect(untold(doubted)).toEqual({ name: "doubt until 2026-03-01T16:00:00.000Z", entryIds: ["e"] });
    expect(against(doubt(inList, 2, "c", true))).toEqual({ name: "doubt" });
  });

  test("its entries are told once, and again when the decision stands", () => {
    const told = allowed(afterTold(doubted, untold(doubted) ?? { name: "", entryIds: [] }));
    expect(untold(told)).toBeUndefined();
    const stands = say(told, 3, "illegal", ["assessor/cleo"]);
    expect(untold(stands)).toEqual({ name: "", entryIds: ["e"] });
    expect(afterTold(stands, { name: "", entryIds: ["e"] })?.told).toBeUndefined();
    // What was told has been overtaken.
    expect(afterTold(stands, { name: "doubt until 2026-03-01T16:00:00.000Z", entryIds: ["e"] })).toBeUndefined();
  });

  test("it is as it was while another decision is in force, or a person only has it again", () => {
    expect(against(say(doubted, 1, "illegal", ["assessor/dan"], "d"))).toBeUndefined();
    expect(against(say(inList, 2, "waits", []))).toBeUndefined();
  });

  test("of several that are in doubt the last one counts, and a court's stay has no end", () => {
    const two = { ...doubted, cases: { ...doubted.cases, d: { version: 1, says: "doubted" as const, by: [] } } };
    expect(against(two)).toEqual({ name: "doubt" });
  });

  test("somebody who saw it and says otherwise in another case disputes it", () => {
    const contradicted = say(inList, 1, "not_illegal", ["assessor/eve"], "d");
    expect([contradicted.stage.name, against(contradicted)]).toEqual(["listed", { name: "contradiction" }]);
  });

  test("what falls is told nothing before it is taken back, and what never was listed is told that it is over", () => {
    const told = allowed(afterTold(doubted, untold(doubted) ?? { name: "", entryIds: [] }));
    const falling = say(told, 3, "nothing", ["assessor/cleo"]);
    expect(untold(falling)).toBeUndefined();
    for (const wasListed of [true, false]) {
      expect(untold(allowed(fallen(falling, wasListed)))).toEqual({ name: "", entryIds: ["e"] });
    }
  });

  test("what is about to be listed waits until it is over, and until its entries were told that", () => {
    const begun = doubt(allowed(listing(confirmed, of)), 2);
    expect(listing(begun, { ...of, releaseId: "r2" })).toBeUndefined();
    const told = allowed(afterTold(begun, untold(begun) ?? { name: "", entryIds: [] }));
    const stands = say(told, 3, "illegal", ["assessor/ann"]);
    expect(listing(stands, { ...of, releaseId: "r2" })).toBeUndefined();
    expect(
      listing(allowed(afterTold(stands, { name: "", entryIds: ["e"] })), { ...of, releaseId: "r2" }),
    ).toBeDefined();
  });
});

const person = fc.constantFrom("assessor/ann", "assessor/ben", "assessor/cleo");
const step = fc.oneof(
  fc.record({
    what: fc.constant("case" as const),
    caseId: fc.constantFrom("c", "d"),
    says: fc.constantFrom("illegal", "not_illegal", "waits", "doubted", "nothing") as fc.Arbitrary<CaseWord["says"]>,
    by: person,
  }),
  fc.record({ what: fc.constant("confirm" as const), by: person }),
  fc.record({ what: fc.constant("again" as const), nth: fc.nat(20) }),
  fc.record({ what: fc.constantFrom("listing" as const, "listed" as const, "fallen" as const, "told" as const) }),
);

test("whatever comes, in whatever order and however often: it is listed only where two saw it and no longer than it stands", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let at = fresh;
      const told: { caseId: string; word: CaseWord }[] = [];
      for (const [n, one] of steps.entries()) {
        const before = at;
        if (one.what === "case") {
          const word = { version: n + 1, says: one.says, by: [one.by] };
          told.push({ caseId: one.caseId, word });
          at = heard(at, one.caseId, word) ?? at;
        } else if (one.what === "again") {
          const again = told[one.nth];
          // What is redelivered changes nothing, since a later word or the same one is known.
          if (again !== undefined) expect(heard(at, again.caseId, again.word)).toBeUndefined();
        } else if (one.what === "confirm") {
          const next = confirm(at, one.by);
          at = typeof next === "string" ? at : next;
        } else if (one.what === "listing") at = listing(at, { releaseId: `r${n}`, entryIds: [] }) ?? at;
        else if (one.what === "listed") at = ("listing" in at.stage && listed(at, at.stage.listing.releaseId)) || at;
        else if (one.what === "told") at = afterTold(at, untold(at) ?? { name: "", entryIds: [] }) ?? at;
        else at = fallen(at, true) ?? at;
        const says = Object.values(at.cases).map((word) => word.says);
        const stands = says.includes("illegal") || says.includes("waits") || says.includes("doubted");
        const inForce = says.includes("illegal") || says.includes("waits");
        const isListed = at.stage.name === "listing" || at.stage.name === "listed";
        expect(against(at)?.name === "doubt").toBe(isListed && !inForce);
        const mayBeginListing = says.includes("illegal") && !says.includes("not_illegal") && seenBy(at).length >= 2;
        expect(at.stage.name === "confirmed").toBe(
          mayBeginListing && !["listing", "listed", "falling", "revoked"].includes(at.stage.name),
        );
        if (at.stage.name === "listing" || at.stage.name === "listed") expect(stands).toBe(true);
        if (at.stage.name === "listing" && before.stage.name !== "listing") expect(before.stage.name).toBe("confirmed");
      }
    }),
  );
});
