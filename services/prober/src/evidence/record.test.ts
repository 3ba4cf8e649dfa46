import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { abroad, at, browser, contentOf, missing, picture, rules } from "../../test/examples.ts";
import { headersDigest, recordOf, type Judge, type LookWithAnswer } from "./record.ts";

const judge: Judge = { environment: "TEST", release: "0.3.0", ...rules, pdqRadius: 31 };
const occasion = { targetId: "00ff", episode: 1, claim: 7 };
const known = { is: "known", offsetMs: 12.346, measuredTime: at(0) } as const;
const head: NonNullable<LookWithAnswer["head"]> = {
  url: "http://host.example/secret.jpg",
  status: 404,
  certificate: "cd".repeat(32),
  headers: new Map([
    ["server", ["nginx"]],
    ["set-cookie", ["a=1", "b=2"]],
  ]),
};
const look: LookWithAnswer = { eye: browser, time: at(1), observation: missing, ip: "192.0.2.1", head };
const parsed = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
const record = (given: Partial<LookWithAnswer>, clock: Parameters<typeof recordOf>[3] = known) =>
  parsed(recordOf(occasion, { ...look, ...given }, judge, clock));

test("a look that found nothing, in full", () => {
  expect(record({ bodySha256: "ab".repeat(32) })).toEqual({
    version: 1,
    environment: "TEST",
    target_id: "00ff",
    episode: 1,
    claim: 7,
    eye: {
      name: "browser",
      network: "MY",
      country: "MY",
      profile: "browser",
      way: "direct",
      exit: "owned",
      name_servers: null,
    },
    time: "2026-01-01T00:01:00.000Z",
    clock: { legal_instant: true, offset_ms: 12.346, measured: "2026-01-01T00:00:00.000Z", by: "time service" },
    ip: "192.0.2.1",
    tls_flaw: null,
    certificate_sha256: "cd".repeat(32),
    status: 404,
    headers_sha256: headersDigest(head.headers),
    moved_to_host_digest: null,
    seen: { sha256: "ab".repeat(32), pdq: null, pdq_quality: null, recipe: null },
    observation: "ABSENT",
    reason: "HTTP_NOT_FOUND",
    rule: { slots_required: 3, never_seen_slots: [0, 1, 4, 96], slot_ms: 60_000, pdq_radius: 31 },
    software: { name: "ntd-prober", release: "0.3.0" },
  });
});

test("what was seen is told by its hashes, whether it was the material or something else", () => {
  const seen = { sha256: "05".repeat(32), pdq: "09".repeat(32), pdq_quality: 100, recipe: "exact-1" };
  expect(record({ observation: picture("same", contentOf(5, 9)) })).toMatchObject({
    seen,
    observation: "SEEN",
    reason: null,
  });
  expect(record({ observation: picture("other", contentOf(5, 9)) })).toMatchObject({ seen, observation: "REPLACED" });
});

test("a look that reached nobody has no answer, and no address is made up", () => {
  expect(record({ ip: "", head: undefined as never })).toMatchObject({ ip: null, status: null, headers_sha256: null });
});

test("without a known clock no legal instant is stamped, and why is said", () => {
  expect(record({}, { is: "unknown", why: "stale" })).toMatchObject({
    clock: { legal_instant: false, offset_ms: null, measured: null, by: "stale" },
  });
});

describe("the bytes", () => {
  const anyLook = fc.record({
    eye: fc.constantFrom(browser, abroad),
    time: fc.date({ noInvalidDate: true, min: at(0), max: at(1e6) }),
    ip: fc.constantFrom("", "192.0.2.1", "2001:db8::1"),
    observation: fc.constantFrom(missing, picture("first"), picture("other", contentOf(3))),
  });

  test("are one for each look: keys in order, no spaces, and the same however they were made", () => {
    fc.assert(
      fc.property(anyLook, (given) => {
        const bytes = recordOf(occasion, { ...look, ...given }, judge, known);
        const turned = Object.fromEntries(
          Object.entries({ ...look, ...given }).toReversed(),
        ) as unknown as LookWithAnswer;
        expect(recordOf({ ...occasion }, turned, { ...judge }, { ...known })).toEqual(bytes);
        const keys = Object.keys(parsed(bytes));
        expect(keys).toEqual(keys.toSorted());
        expect(new TextDecoder().decode(bytes)).toBe(JSON.stringify(parsed(bytes)));
      }),
    );
  });

  test("tell neither the address nor what a header says", () => {
    const text = new TextDecoder().decode(recordOf(occasion, look, judge, known));
    for (const secret of ["host.example", "secret", "nginx", "a=1"]) expect(text).not.toContain(secret);
  });
});

test("the digest of the header lines is of the bytes that came, in their order", () => {
  const digest = (...headers: [string, string[]][]) => headersDigest(new Map(headers));
  expect(digest(["a", ["1"]], ["b", ["2"]])).not.toBe(digest(["b", ["2"]], ["a", ["1"]]));
  expect(digest(["a", ["1", "2"]])).not.toBe(digest(["a", ["1"]]));
  // printf 'a: \xe9\n' | sha256sum
  expect(digest(["a", ["é"]])).toBe("d04296e541ae43e305037fddf3e9d0bbc0e6caa601e299ed77ca410cfffa5714");
});
