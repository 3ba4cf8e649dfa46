import type { ComputeFilmResponse } from "@ntd/proto/fingerprint/v1/film_service";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contentOf as pictureOf } from "../../test/examples.ts";
import type { Target } from "../targets/target-state.ts";
import { contentOfFile } from "./content.ts";
import { findingOfPassed, openingAfter, openingFor, unchanged } from "./passed.ts";

const frame = (n: number, counts = true) => ({
  time: { seconds: BigInt(n), nanos: 0 },
  pdq: new Uint8Array(32).fill(n % 251),
  quality: counts ? 100 : 0,
  isSceneChange: false,
  tooLittleDetail: !counts,
});
const filmOf = (frames: ReturnType<typeof frame>[]) => ({ frames, duration: undefined, isCut: false });

const hashed = (given: Partial<ComputeFilmResponse> = {}): ComputeFilmResponse => ({
  fingerprints: [{ algorithm: "ALGORITHM_SHA256", value: new Uint8Array(32).fill(7), quality: 0 }],
  sizeBytes: 5n,
  film: undefined,
  problem: "FILM_PROBLEM_NOT_A_FILM",
  format: "",
  ...given,
});
const whole = "07".repeat(32);

type PassedBody = Extract<Parameters<typeof openingAfter>[0], { is: "passed" }>;

const passed = (given: Partial<PassedBody> = {}): PassedBody => ({
  is: "passed",
  hashed: hashed(),
  start: Buffer.from("PK\x03\x04"),
  opening: { sha256: "aa" },
  ip: "192.0.2.1",
  head: { url: "http://host.test/", status: 200, headers: new Map() },
  ...given,
});

describe("what was handed on", () => {
  test("is judged by its frames where there are any, whatever else is said of them", () => {
    const film = filmOf([frame(1)]);
    for (const problem of ["FILM_PROBLEM_UNSPECIFIED", "FILM_PROBLEM_TIMED_OUT", "FILM_PROBLEM_BROKEN"] as const) {
      const finding = findingOfPassed(passed({ hashed: hashed({ film, problem }), short: true }), true);
      expect(finding).toMatchObject({ is: "content", as: { is: "PRESENT" }, content: { film, sizeBytes: 5 } });
    }
  });

  test.each([
    ["FILM_PROBLEM_NOT_A_FILM", "PK\x03\x04", "NOT_A_PICTURE"],
    ["FILM_PROBLEM_NOT_A_FILM", "%PDF-1.4", "NOT_A_PICTURE"],
    ["FILM_PROBLEM_NOT_A_FILM", "<!doctype html>", "BODY_TOO_LARGE"],
    ["FILM_PROBLEM_NOT_A_FILM", "GIF89a\x01\0\x01\0", "PICTURE_TOO_LARGE"],
    ["FILM_PROBLEM_TOO_LARGE", "", "FILM_TOO_LARGE"],
    ["FILM_PROBLEM_NO_DECODER", "", "FILM_NOT_DECODED"],
    ["FILM_PROBLEM_NO_ROOM", "", "FILM_NOT_DECODED"],
    ["FILM_PROBLEM_TOO_MUCH_MEMORY", "", "FILM_NOT_DECODED"],
    ["FILM_PROBLEM_BROKEN", "", "FILM_BROKEN"],
    ["FILM_PROBLEM_TIMED_OUT", "", "DECODE_TIMED_OUT"],
  ] as const)("without a frame: %s, beginning with %j, is %s, with its hashes", (problem, start, reason) => {
    const finding = findingOfPassed(
      passed({ hashed: hashed({ problem }), start: Buffer.from(start, "latin1") }),
      false,
    );
    expect(finding).toMatchObject({ is: "content", as: { is: "NOT_MEDIA", reason } });
    expect(finding.is === "content" && finding.content.fingerprints).toHaveLength(1);
  });

  test("is waited for where it had no room, and where the answer is of a newer release", () => {
    for (const problem of ["FILM_PROBLEM_NO_ROOM", "UNRECOGNIZED"] as const) {
      expect(() => findingOfPassed(passed({ hashed: hashed({ problem }) }), true)).toThrow(
        expect.objectContaining({ reason: "PEER_UNAVAILABLE" }),
      );
    }
  });

  test("is a wall where it begins as one, and nothing is told by the hashes of a part", () => {
    const start = Buffer.from(
      "<html><title>Log in</title><form method=post><input name=user><input type=password></form>",
    );
    expect(findingOfPassed(passed({ start }), true)).toMatchObject({ is: "blind", reason: "LOGIN_WALL" });
    expect(findingOfPassed(passed({ short: true }), true)).toMatchObject({ is: "blind", reason: "SERVER_ERROR" });
  });
});

test("of a long film at most a thousand frames are told, in order, those that count, spread over all of it", () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 3600 }), (counts) => {
      const film = filmOf(counts.map((one, n) => frame(n, one)));
      const told = contentOfFile(hashed({ film })).film;
      const times = told?.frames.map(({ time }) => Number(time?.seconds)) ?? [];
      expect(times.length).toBeGreaterThan(0);
      expect(times.length).toBeLessThanOrEqual(1000);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(told?.isCut).toBe(told?.frames.length !== counts.length);
      const counting = counts.filter(Boolean).length;
      if (counts.length <= 1000) expect(times).toHaveLength(counts.length);
      else expect(times.length).toBeGreaterThanOrEqual(Math.min(counting, 900));
    }),
    { numRuns: 50 },
  );
  const even = contentOfFile(hashed({ film: filmOf(Array.from({ length: 3600 }, (_, n) => frame(n))) })).film;
  expect(even?.frames).toHaveLength(1000);
  expect(Number(even?.frames.at(-1)?.time?.seconds)).toBeGreaterThan(3590);
});

const content = contentOfFile(hashed({ film: filmOf([frame(1)]) }));
const at = new Date(0);
const seen = (given: Partial<NonNullable<Target["seen"]>> = {}) => ({
  as: { is: "PRESENT" as const },
  content,
  first: at,
  last: at,
  ...given,
});

describe("how it begins", () => {
  const finding = findingOfPassed(passed(), true);

  test("is kept with what came of it, unless it is to be read again", () => {
    expect(openingAfter(passed(), finding)).toEqual({ sha256: "aa", length: 5, whole, reason: "NOT_A_PICTURE" });
    expect(openingAfter(passed({ short: true }), finding)).toBeUndefined();
    expect(openingAfter(passed(), { is: "blind", reason: "CHALLENGE", ip: "" })).toBeUndefined();
  });

  test("unchanged, it is what was seen, or was shown instead, or what could not be judged", () => {
    const tooLarge = { as: { is: "NOT_MEDIA", reason: "BODY_TOO_LARGE" } as const, content: pictureOf(0) };
    const told = (target: Parameters<typeof unchanged>[0], opening: Partial<Parameters<typeof unchanged>[1]>) =>
      unchanged(target, { sha256: "aa", ...opening }, "", tooLarge);
    expect(told({ seen: seen() }, { whole })).toMatchObject({ is: "content", as: { is: "PRESENT" }, content });
    const views = { browser: { said: { is: "SEEN" } as const, time: at, other: content } };
    const picture = seen({ content: pictureOf(1) });
    expect(told({ seen: picture, views }, { whole })).toMatchObject({ as: { is: "PRESENT" }, content });
    const reason = "FILM_BROKEN";
    expect(told({ seen: picture, views }, { whole, reason })).toMatchObject({ as: { is: "NOT_MEDIA", reason } });
    expect(told({ seen: picture }, { whole, reason })).toMatchObject({ is: "blind", reason });
    expect(told({ seen: picture }, {})).toMatchObject({ is: "blind", reason: "BODY_TOO_LARGE" });
    expect(told({}, {})).toMatchObject({ is: "content", ...tooLarge });
  });

  test("is asked for by the eye that was shown it, and not where it may be told now what it is", () => {
    const [own, any] = [
      { sha256: "bb", whole },
      { sha256: "aa", whole },
    ];
    const views = { browser: { said: { is: "SEEN" } as const, time: at, opening: own } };
    expect(openingFor({ views, opening: any }, "browser", 10)).toEqual(own);
    expect(openingFor({ views, opening: any }, "declared", 10)).toEqual(any);
    expect(openingFor({ opening: { sha256: "aa", length: 11 } }, "browser", 10)).toBeDefined();
    expect(openingFor({ opening: { sha256: "aa" } }, "browser", 10)).toBeDefined();
    expect(openingFor({ opening: { sha256: "aa", length: 10 } }, "browser", 10)).toBeUndefined();
    const opening = { ...any, reason: "FILM_NOT_DECODED" as const };
    expect(openingFor({ opening, seen: seen(), reportedTime: at }, "browser", 10)).toEqual(opening);
    expect(openingFor({ opening, seen: seen(), reportedTime: new Date(1) }, "browser", 10)).toBeUndefined();
  });
});
