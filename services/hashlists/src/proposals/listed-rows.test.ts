import { filmValue } from "@ntd/imagehash/films";
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

test("a film is listed by its frames, too, where they are those of a film", () => {
  const frames = [1, 2, 3].map((nth) => ({ pdq: Buffer.alloc(32, nth), quality: 80, timeMs: nth * 1500 }));
  const film = { algorithm: "ALGORITHM_VPDQ" as const, value: filmValue(frames), quality: 0 };
  const of = (value: Uint8Array) => ({ ...proposal(), fingerprints: [sha256, { ...film, value }] });
  const [, row] = rowsOf("national", of(film.value), 50);
  const text = [1, 2, 3].map((nth) => `0${nth}`.repeat(32) + `:80:${nth * 1.5}`).join(" ");
  expect(row?.line).toBe(`vpdq,${text},,national,s4,2,p`);
  expect(rowsOf("national", of(film.value.subarray(1)), 50)).toHaveLength(1);
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
