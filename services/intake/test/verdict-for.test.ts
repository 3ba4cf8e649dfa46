import type { ReviewVerdict } from "@ntd/proto/casework/v1/review_service";
import type { Caller } from "@ntd/rpc";
import { expect, test } from "vitest";
import { sentenceOf, sentences } from "../src/complaints/complaint.ts";
import { verdictFor, type Peers } from "../src/complaints/verdict-for.ts";

const caller = (kind: Caller["kind"]): Caller => ({
  kind,
  name: "alpha",
  id: `spiffe://t/${kind}/alpha`,
  person: `${kind}/alpha`,
});

function peers(verdict: ReviewVerdict, noticed: boolean): Peers & { asked: unknown[] } {
  const asked: unknown[] = [];
  return {
    asked,
    casework: {
      getComplaintVerdict: async (request) => (asked.push(request), { verdict, caseId: "case-1" }),
    },
    takedown: { wasNoticed: async (request) => (asked.push(request), { noticed }) },
  };
}

test.each([
  ["REVIEW_VERDICT_UPHELD", "COMPLAINT_VERDICT_UPHELD"],
  ["REVIEW_VERDICT_REFUSED", "COMPLAINT_VERDICT_REFUSED"],
  ["REVIEW_VERDICT_UNSPECIFIED", "COMPLAINT_VERDICT_UNSPECIFIED"],
] as const)("a provider that was sent a notice is told %s as %s", async (verdict, told) => {
  expect(await verdictFor(peers(verdict, true), "c1", caller("isp"))).toBe(told);
});

test("a provider that was sent none is told nothing, and is asked about in the same way", async () => {
  const [noticed, stranger] = [peers("REVIEW_VERDICT_UPHELD", true), peers("REVIEW_VERDICT_UPHELD", false)];
  expect(await verdictFor(stranger, "c1", caller("isp"))).toBe("COMPLAINT_VERDICT_UNSPECIFIED");
  await verdictFor(noticed, "c1", caller("isp"));
  expect(stranger.asked).toEqual(noticed.asked);
  expect(stranger.asked).toEqual([{ complaintId: "c1" }, { identity: "alpha", caseId: "case-1" }]);
  const undecided = peers("REVIEW_VERDICT_UNSPECIFIED", false);
  await verdictFor(undecided, "c1", caller("isp"));
  expect(undecided.asked).toEqual(noticed.asked);
});

test("whoever is no provider is told nothing, and nobody is asked", async () => {
  const asked = peers("REVIEW_VERDICT_UPHELD", true);
  for (const kind of ["reporter", "police"] as const) {
    expect(await verdictFor(asked, "c1", caller(kind))).toBe("COMPLAINT_VERDICT_UNSPECIFIED");
  }
  expect(asked.asked).toEqual([]);
  expect(await verdictFor(undefined, "c1", caller("isp"))).toBe("COMPLAINT_VERDICT_UNSPECIFIED");
});

test("without a verdict the words are those that everybody gets", () => {
  expect(sentenceOf("COMPLAINT_VERDICT_UNSPECIFIED")).toBe(sentences.answered);
  const told = (["COMPLAINT_VERDICT_UPHELD", "COMPLAINT_VERDICT_REFUSED"] as const).map(sentenceOf);
  expect(new Set([...told, sentences.answered]).size).toBe(3);
});
