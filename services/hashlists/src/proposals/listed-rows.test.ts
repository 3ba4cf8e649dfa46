import { expect, test } from "vitest";
import { fileOf, rowsOf } from "./listed-rows.ts";
import { heard, newProposal } from "./proposal.ts";

const sha256 = { algorithm: "ALGORITHM_SHA256" as const, value: Buffer.alloc(32, 1), quality: 0 };
const pdq = { algorithm: "ALGORITHM_PDQ" as const, value: Buffer.alloc(32, 2), quality: 60 };

function proposal(code = "s4") {
  const classification = { scheme: "national", code };
  const fresh = newProposal({ proposalId: "p", fingerprints: [sha256, pdq], classification }, new Date(0));
  return heard(fresh, "c", { version: 1, says: "illegal", by: ["assessor/ann", "assessor/ben"] }) ?? fresh;
}

test("a file is listed with its class, a vote for each person, and PDQ of the quality that the set asks for", () => {
  const [first, second] = rowsOf("national", proposal(), 50);
  expect(first?.line).toBe(`sha256,${"01".repeat(32)},,national,s4,2,p`);
  expect(second?.line).toBe(`pdq,${"02".repeat(32)},60,national,s4,2,p`);
  expect(rowsOf("national", proposal(), 61)).toEqual([first]);
});

test("a class that a line could not hold is left out, and an entry is there once", () => {
  const rows = rowsOf("national", proposal("a,b"), 100);
  expect(rows[0]?.line).toBe(`sha256,${"01".repeat(32)},,,,2,p`);
  expect(
    Buffer.from(fileOf([...rows, ...rows]))
      .toString()
      .split("\n"),
  ).toHaveLength(3);
});
