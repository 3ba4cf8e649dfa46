import { expect, test } from "vitest";
import { evidenceListing, type LookRecord } from "./evidence-listing.ts";

const record: LookRecord = {
  version: 1,
  environment: "LIVE",
  target_id: "00ff",
  episode: 2,
  claim: 7,
  eye: { name: "abroad", network: "AS64496", country: "SG", profile: "browser", way: "socks5", exit: "contracted" },
  time: "2026-01-01T00:01:00.000Z",
  clock: { legal_instant: true, offset_ms: -0.5, measured: "2026-01-01T00:00:30.000Z", by: "time service" },
  ip: "192.0.2.1",
  certificate_sha256: "cd",
  tls_flaw: "expired",
  status: 404,
  headers_sha256: "ab",
  moved_to_host_digest: null,
  seen: { sha256: null, pdq: null, pdq_quality: null, recipe: null },
  observation: "ABSENT",
  reason: "HTTP_NOT_FOUND",
  rule: { slots_required: 3, never_seen_slots: [0, 1, 4, 96], slot_ms: 900_000, pdq_radius: 31 },
  software: { name: "ntd-prober", release: "0.3.0" },
};
const shown = (given: Partial<LookRecord> = {}) => evidenceListing("e-1", { ...record, ...given }, "k-1");

test("who saw what, when, of whom, and by which rule, in words", () => {
  const text = shown();
  for (const line of [
    /^evidence +e-1$/m,
    /^signature +right, by the key k-1$/m,
    /^sees +nothing there \(http-not-found\)$/m,
    /^eye +abroad: from AS64496 in SG, asks as a browser$/m,
    /^leaves by +a SOCKS5 proxy, contracted$/m,
    /^that time is +a legal instant: our clock was 0.5 ms behind UTC, measured at 2026-01-01T00:00:30.000Z by the time service$/m,
    /^wrong with it +expired$/m,
    /^judged by +gone takes 3 slots of 15 min, what was never seen 4; a picture is the same up to 31 bits of PDQ$/m,
  ]) {
    expect(text).toMatch(line);
  }
  expect(text).not.toContain("led to a host");
});

test("what is not known is said, and nothing is made up", () => {
  const clock = { legal_instant: false, offset_ms: null, measured: null, by: "stale" };
  const text = shown({ clock, ip: null, status: null, certificate_sha256: null, headers_sha256: null, tls_flaw: null });
  expect(text).toMatch(/^that time is +no legal instant: how right our clock was is not known \(stale\)$/m);
  expect(text).toMatch(/^answered by +nobody: there was no connection$/m);
  expect(text).not.toMatch(/^(status|certificate|header lines|wrong with it)/m);
});

test("a picture is told by its hashes, also another in its place", () => {
  const seen = { sha256: "05", pdq: "09", pdq_quality: 100, recipe: "exact-1" };
  const text = shown({ seen, observation: "REPLACED", reason: "OTHER_CONTENT", moved_to_host_digest: "77" });
  expect(text).toMatch(/^sees +something else instead \(other-content\)$/m);
  expect(text).toMatch(/^as a picture +PDQ 09, quality 100, by the recipe exact-1$/m);
  expect(text).toMatch(/^led to a host +of another name, digest 77$/m);
});
