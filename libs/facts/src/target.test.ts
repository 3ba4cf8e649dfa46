import { GoneStrength, TargetState } from "@ntd/proto/prober/v1/target";
import { describe, expect, test } from "vitest";
import { goneSince, goneStrength, isGone, isSingleVantage, isWatchOver } from "./target.ts";

const missed = new Date("2026-01-02T03:04:05Z");

describe("given a target that was missed", () => {
  test("when the prober says gone, it is gone since the first miss, also after the watch has ended", () => {
    for (const state of ["TARGET_STATE_GONE", "TARGET_STATE_CLOSED"] as const) {
      expect(goneSince({ state, goneTime: missed })).toEqual(missed);
      expect(isGone({ state, goneTime: missed })).toBe(true);
    }
  });

  test("when the prober says anything else, it is not gone", () => {
    const others = Object.values(TargetState).filter((s) => !/GONE$|CLOSED$/.test(s) || s.endsWith("SUSPECT_GONE"));
    expect(others.length).toBeGreaterThan(5);
    for (const state of others) {
      expect(isGone({ state, goneTime: missed })).toBe(false);
      expect(goneSince({ state, goneTime: missed })).toBeUndefined();
    }
  });
});

describe("given a watch that ended without a miss", () => {
  const unseen = { state: "TARGET_STATE_CLOSED", goneTime: undefined } as const;

  test("when it is asked whether the material is gone, silence is no observation", () => {
    expect(isGone(unseen)).toBe(false);
    expect(goneSince(unseen)).toBeUndefined();
  });

  test("when it is asked whether somebody still looks, the watch is over", () => {
    expect(isWatchOver(unseen)).toBe(true);
    expect(isWatchOver({ state: "TARGET_STATE_PRESENT" })).toBe(false);
  });
});

describe("given a target that is gone", () => {
  const gone = { state: "TARGET_STATE_GONE", goneTime: missed, reason: "PROBE_REASON_HTTP_GONE" } as const;
  const told = (change: object = {}) => ({
    ...gone,
    goneStrength: "GONE_STRENGTH_UNSPECIFIED" as GoneStrength,
    singleVantage: false,
    ...change,
  });

  test("when the prober says how sure that is, its word counts, whatever the reason", () => {
    for (const strength of Object.values(GoneStrength)) {
      if (strength === "GONE_STRENGTH_UNSPECIFIED") continue;
      const reason = "PROBE_REASON_UNREACHABLE_TOO_LONG";
      expect(goneStrength(told({ goneStrength: strength, reason }))).toBe(strength);
      expect(isSingleVantage(told({ goneStrength: strength }))).toBe(false);
      expect(isSingleVantage(told({ goneStrength: strength, singleVantage: true }))).toBe(true);
    }
  });

  test.each([
    ["PROBE_REASON_UNREACHABLE_TOO_LONG", "GONE_STRENGTH_SILENCE_0_2"],
    ["PROBE_REASON_OTHER_CONTENT", "GONE_STRENGTH_REPLACED"],
    ["PROBE_REASON_HTTP_NOT_FOUND", "GONE_STRENGTH_ABSENT"],
    ["PROBE_REASON_NAME_NOT_FOUND", "GONE_STRENGTH_ABSENT"],
    ["PROBE_REASON_UNSPECIFIED", "GONE_STRENGTH_ABSENT"],
  ] as const)("when release 0.2 said it for %s, it is %s of one vantage", (reason, strength) => {
    for (const state of ["TARGET_STATE_GONE", "TARGET_STATE_CLOSED"] as const) {
      expect(goneStrength(told({ state, reason }))).toBe(strength);
      expect(isSingleVantage(told({ state, reason }))).toBe(true);
    }
  });

  test("when it is not gone after all, it has no strength", () => {
    for (const state of ["TARGET_STATE_PRESENT", "TARGET_STATE_SUSPECT_GONE", "TARGET_STATE_UNSEEN"] as const) {
      const target = told({ state, goneStrength: "GONE_STRENGTH_ABSENT", singleVantage: true });
      expect([goneStrength(target), isSingleVantage(target)]).toEqual(["GONE_STRENGTH_UNSPECIFIED", false]);
    }
  });
});
