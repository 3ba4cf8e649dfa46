import { WITHDRAWS_NOTHING } from "@ntd/facts";
import { derivedId } from "@ntd/service";
import type { Decision } from "@ntd/proto/casework/v1/case";
import { describe, expect, test } from "vitest";
import { readCaseworkConfig } from "../config.ts";
import { file, match, noon, reports, sha256 } from "../../test/facts.ts";
import { isWholeHost, lookKindOf, type Circumstances, type LookRules } from "./rules.ts";

const rules: LookRules = { kind: "after", samplePercent: 30, first: 200, dueMs: 1000 };
const plain: Circumstances = { inDoubt: false, isWholeHost: false, earlierCount: 200, isStopped: false };
const decision = (change: Partial<Decision> = {}): Decision => ({
  decisionId: derivedId("decision", "case", 1),
  verdict: "VERDICT_ILLEGAL",
  decidedBy: "assessor/ann",
  decidedTime: noon,
  classifications: [],
  basis: "",
  reason: undefined,
  despiteGone: false,
  ...WITHDRAWS_NOTHING,
  ...change,
});
const made = (change: Partial<Decision> = {}, more = {}) => file({ decisions: [decision(change)], ...more });
const notIllegal = { verdict: "VERDICT_NOT_ILLEGAL" } as const;

describe("when another person looks", () => {
  test.each([
    ["it is in doubt", { inDoubt: true }],
    ["it is a whole host", { isWholeHost: true }],
    ["the person is new", { earlierCount: 199 }],
    ["a breaker has tripped over the person", { isStopped: true }],
  ])("before, where %s; after, where it is not illegal or police reported it", (_, change) => {
    const of = { ...plain, ...change };
    for (const kind of ["before", "after", "sampled"] as const) {
      expect(lookKindOf(made(), of, { ...rules, kind })).toBe("before");
    }
    expect(lookKindOf(made(notIllegal), of, rules)).toBe("after");
    expect(lookKindOf(made({}, { reports: reports({ police: true }) }), of, rules)).toBe("after");
  });

  test("else by the setting", () => {
    const by = (kind: LookRules["kind"], change = {}) => lookKindOf(made(change), plain, { ...rules, kind });
    expect([by("before"), by("after"), by("none")]).toEqual(["before", "after", "none"]);
    expect(by("before", notIllegal)).toBe("after");
    expect(lookKindOf(made(), { ...plain, inDoubt: true }, { ...rules, kind: "none" })).toBe("none");
  });

  test("a share is sampled, the same decisions each time", () => {
    const sample = () =>
      Array.from({ length: 2000 }, (_, n) =>
        lookKindOf(made({ decisionId: derivedId("decision", "case", n) }), plain, { ...rules, kind: "sampled" }),
      );
    const share = sample().filter((kind) => kind === "sampled").length / 2000;
    expect(share).toBeGreaterThan(0.26);
    expect(share).toBeLessThan(0.34);
    expect(sample()).toEqual(sample());
  });

  test("none where a hit decides the same by itself", () => {
    const sure = { match: match([sha256()]) };
    expect(lookKindOf(made({}, sure), { ...plain, inDoubt: true }, rules)).toBe("none");
    expect(lookKindOf(made(notIllegal, sure), plain, rules)).toBe("after");
  });

  test("though a hit decides the same, where a breaker has stopped the hit or the person", () => {
    const sure = made({}, { match: match([sha256()]) });
    expect(lookKindOf(sure, { ...plain, reason: "QUEUE_REASON_BREAKER" }, rules)).toBe("after");
    expect(lookKindOf(sure, { ...plain, reason: "QUEUE_REASON_RATE_LIMITED" }, rules)).toBe("none");
    expect(lookKindOf(sure, { ...plain, isStopped: true }, rules)).toBe("before");
  });
});

test.each([
  ["http://host.test", true],
  ["http://host.test:8080/", true],
  ["http://host.test/#", true],
  ["http://host.test/a", false],
  ["http://host.test/?a", false],
  ["http://host.test/#a", false],
  [undefined, true],
  ["no address", true],
])("%s names a whole host: %s", (address, is) => {
  expect(isWholeHost(address)).toBe(is);
});

describe("LIVE", () => {
  const faults = (settings: Record<string, string>): string => {
    try {
      readCaseworkConfig({ NTD_ENVIRONMENT: "LIVE", ...settings });
      return "";
    } catch (error) {
      return String(error);
    }
  };

  test("refuses to start without a second look, a share, two supervisors, and what police need", () => {
    const none = faults({
      CASEWORK_SECOND_REVIEW: "none",
      CASEWORK_SECOND_SAMPLE: "0",
      CASEWORK_SUPERVISORS: "sam,sam",
    });
    for (const name of ["SECOND_REVIEW", "SECOND_SAMPLE", "SUPERVISORS"]) expect(none).toContain(`CASEWORK_${name}: `);
    expect(faults({})).toContain("CASEWORK_SUPERVISORS: ");
    for (const name of ["MARK_KEY_FILE", "SIGNING_KEY_FILE", "HOME_COUNTRY", "POLICE_FIRST_FILE"]) {
      expect(faults({})).toContain(`CASEWORK_${name}: `);
      expect(faults({ [`CASEWORK_${name}`]: "MY" })).not.toContain(`CASEWORK_${name}: is empty`);
      expect(faults({ NTD_ENVIRONMENT: "TEST" })).not.toContain(`CASEWORK_${name}: `);
    }
    expect(faults({ CASEWORK_SUPERVISORS: "sam,sue" })).not.toMatch(/SUPERVISORS|SECOND/);
  });

  test("other environments start as they did", () => {
    expect(faults({ NTD_ENVIRONMENT: "TEST", CASEWORK_SECOND_REVIEW: "none" })).not.toMatch(/SUPERVISORS|SECOND/);
  });
});
