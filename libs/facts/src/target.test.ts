import { GoneStrength, ProbeReason, TargetState } from "@ntd/proto/prober/v1/target";
import { describe, expect, test } from "vitest";
import {
  goneSince,
  goneStrength,
  isAbsentFromTheFirst,
  isGone,
  isNothingToSee,
  isSingleVantage,
  isWatchOver,
} from "./target.ts";

const missed = new Date("2026-01-02T03:04:05Z");
const states = Object.values(TargetState);
const [gone, closed] = ["TARGET_STATE_GONE", "TARGET_STATE_CLOSED"] as const;
const notFound = "PROBE_REASON_HTTP_NOT_FOUND";
const tooLong = "PROBE_REASON_UNREACHABLE_TOO_LONG";

describe("given a target that was missed", () => {
  test("when the prober says gone, it is gone since the first miss, also after the watch has ended", () => {
    for (const state of [gone, closed]) {
      expect(goneSince({ state, goneTime: missed })).toEqual(missed);
      expect(isGone({ state, goneTime: missed, reason: notFound })).toBe(true);
    }
  });

  test("when the prober says anything else, it is not gone", () => {
    const others = states.filter((state) => state !== gone && state !== closed);
    expect(others).toContain("TARGET_STATE_SUSPECT_GONE");
    expect(others).toContain("TARGET_STATE_UNSEEN");
    for (const state of others) {
      expect(isGone({ state, goneTime: missed, reason: notFound })).toBe(false);
      expect(goneSince({ state, goneTime: missed })).toBeUndefined();
    }
  });
});

describe("given what release 0.2 took silence for", () => {
  test("when it is asked what was published, it stays gone", () => {
    expect(goneSince({ state: gone, goneTime: missed })).toEqual(missed);
    expect(isWatchOver({ state: gone })).toBe(true);
  });

  test("when a new decision would rest on it, it is not gone, with its strength or by the reason alone", () => {
    for (const state of [gone, closed]) {
      const target = { state, goneTime: missed, reason: tooLong } as const;
      expect(isGone({ ...target, goneStrength: "GONE_STRENGTH_SILENCE_0_2" })).toBe(false);
      expect(isGone({ ...target, goneStrength: "GONE_STRENGTH_UNSPECIFIED" })).toBe(false);
      expect(isGone(target)).toBe(false);
    }
  });

  test("when a strength is told, it counts and not the reason", () => {
    const told = Object.values(GoneStrength).filter((strength) => !/UNSPECIFIED|SILENCE/.test(strength));
    expect(told).toContain("GONE_STRENGTH_PERSON");
    for (const goneStrength of told) {
      for (const reason of Object.values(ProbeReason)) {
        expect(isGone({ state: gone, goneTime: missed, reason, goneStrength })).toBe(true);
      }
    }
  });
});

describe("given a watch that ended without a miss", () => {
  const silent = { state: closed, goneTime: undefined } as const;

  test("when it is asked whether the material is gone, silence is no observation", () => {
    expect(isGone({ ...silent, reason: "PROBE_REASON_TIMED_OUT" })).toBe(false);
    expect(goneSince(silent)).toBeUndefined();
  });

  test("when it is asked whether somebody still looks, the watch is over", () => {
    expect(isWatchOver(silent)).toBe(true);
    expect(isWatchOver({ state: "TARGET_STATE_PRESENT" })).toBe(false);
  });
});

test("given what cannot be seen, it is neither gone nor over, and there is nothing to see", () => {
  const unseen = { state: "TARGET_STATE_UNSEEN", goneTime: undefined, reason: "PROBE_REASON_CHALLENGE" } as const;
  expect(isGone(unseen)).toBe(false);
  expect(isWatchOver(unseen)).toBe(false);
  expect(isNothingToSee(unseen)).toBe(true);
});

test("given any state, nothing is to be seen where nobody could see, can see or looks any more", () => {
  const blind = states.filter((state) => isNothingToSee({ state }));
  expect(new Set(blind)).toEqual(new Set(["TARGET_STATE_UNREACHABLE", "TARGET_STATE_UNSEEN", gone, closed]));
});

describe("given a target whose first look found nothing", () => {
  const absent = (state: TargetState, goneTime?: Date) => isAbsentFromTheFirst({ state, goneTime, neverSeen: true });

  test("when misses follow, it is absent from the first, before it is gone, when it is and after the watch", () => {
    expect(absent("TARGET_STATE_SUSPECT_GONE")).toBe(true);
    expect(absent(gone, missed)).toBe(true);
    expect(absent(closed, missed)).toBe(true);
  });

  test("when later looks are blind or see something, it is not", () => {
    expect(absent("TARGET_STATE_UNSEEN")).toBe(false);
    expect(absent("TARGET_STATE_PRESENT")).toBe(false);
    expect(absent(closed)).toBe(false);
  });

  test("when something was ever seen, or an event of release 0.2 does not tell, it is not", () => {
    expect(isAbsentFromTheFirst({ state: gone, goneTime: missed, neverSeen: false })).toBe(false);
    expect(isAbsentFromTheFirst({ state: gone, goneTime: missed })).toBe(false);
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
