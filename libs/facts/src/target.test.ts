import { TargetState } from "@ntd/proto/prober/v1/target";
import { describe, expect, test } from "vitest";
import { goneSince, isGone, isWatchOver } from "./target.ts";

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
