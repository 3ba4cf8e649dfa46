import { Target, type Look } from "@ntd/proto/prober/v1/target";
import { describe, expect, test } from "vitest";
import { targetListing } from "./target-listing.ts";

const at = new Date("2026-01-02T03:04:05.000Z");
const blank = Target.decode(new Uint8Array());
const shown = (change: Partial<Target>) => targetListing({ ...blank, targetId: "t-1", episode: 2, ...change });
const look = (eye: string, observation: Look["observation"], reason: Look["reason"], evidenceId: string): Look => {
  return { eye, observation, reason, time: at, evidenceId };
};
const browser = look("browser", "OBSERVATION_SEEN", "PROBE_REASON_UNSPECIFIED", "e-1");
const declared = look("declared", "OBSERVATION_ABSENT", "PROBE_REASON_HTTP_NOT_FOUND", "e-2");

describe("given a target that is gone", () => {
  const gone = {
    state: "TARGET_STATE_GONE",
    reason: "PROBE_REASON_HTTP_NOT_FOUND",
    goneTime: at,
    goneStrength: "GONE_STRENGTH_ABSENT",
    singleVantage: true,
    lastSeenTime: at,
  } as const;

  test("when it is shown, it says since when, why, how sure that is, and by which looks", () => {
    const text = shown({ ...gone, looks: [declared] });
    expect(text).toMatch(/target +t-1\nepisode +2\naddress is +gone, http-not-found\ngone since +2026-01-02T03/);
    expect(text).toMatch(/gone means +every eye that counts finds nothing\nseen from +one network alone\n/);
    expect(text).toMatch(/because +the host says that nothing is there \(404\)\n/);
    expect(text).toMatch(/\n\neye +sees +because +at +evidence\ndeclared +absent +http-not-found +\S+ +e-2$/);
  });

  test("when nothing was ever seen there, it says so", () => {
    const text = shown({ ...gone, lastSeenTime: undefined, neverSeen: true });
    expect(text).toMatch(/last seen +never: the first look found nothing/);
  });
});

describe("given a target that is cloaked", () => {
  test("when the cloaked eye's look is not among those that led here, its evidence is told all the same", () => {
    const text = shown({ state: "TARGET_STATE_PRESENT", looks: [browser], cloaked: [declared] });
    expect(text).toMatch(/cloaked from +declared \(absent, http-not-found\)/);
    expect(text).toMatch(/\ndeclared .+ e-2\nbrowser +seen .+ e-1$/);
  });

  test("when it is among them, it is told once", () => {
    const text = shown({ state: "TARGET_STATE_PRESENT", looks: [declared, browser], cloaked: [declared] });
    expect(text.match(/e-2/g)).toHaveLength(1);
  });
});

test("given a target that nobody has looked at, nothing is made up", () => {
  expect(shown({ state: "TARGET_STATE_NEW" })).toMatch(/^target +t-1\nepisode +2\naddress is +new$/);
});
