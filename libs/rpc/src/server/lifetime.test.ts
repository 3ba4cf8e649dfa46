import fc from "fast-check";
import { expect, test } from "vitest";
import { lifetimeOf } from "./lifetime.ts";

const ages = fc.record({ ageMs: fc.integer({ min: 1, max: 1e8 }), graceMs: fc.integer({ min: 1, max: 1e8 }) });
const jitters = fc.integer({ min: 0, max: 1000 }).map((n) => n / 1000);
const lefts = fc.integer({ min: -1e6, max: 1e12 });

test("a connection says goodbye at its age, a tenth around it, and ends when its grace is over", () => {
  const age = { ageMs: 1000, graceMs: 100 };
  const ofAge = [0, 0.5, 1].map((jitter) => lifetimeOf(age, 1e9, jitter));
  expect(ofAge.map(({ goodbyeMs }) => Math.round(goodbyeMs))).toEqual([900, 1000, 1100]);
  for (const { goodbyeMs, endMs, reason } of ofAge) expect([endMs - goodbyeMs, reason]).toEqual([100, "SHUTTING_DOWN"]);
});

test("no connection outlives the certificates of its ends, and each says goodbye before it ends", () => {
  fc.assert(
    fc.property(ages, lefts, jitters, (age, left, jitter) => {
      const { goodbyeMs, endMs, reason } = lifetimeOf(age, left, jitter);
      expect(endMs).toBeLessThanOrEqual(Math.max(0, left));
      expect(goodbyeMs).toBeGreaterThanOrEqual(0);
      expect(goodbyeMs).toBeLessThanOrEqual(endMs);
      expect(endMs).toBeLessThanOrEqual(age.ageMs * 1.1 + age.graceMs + 1);
      expect(reason === "IDENTITY_EXPIRED").toBe(endMs === Math.max(0, left));
    }),
  );
});

test("half a minute before a certificate ends new calls go elsewhere, of a short one half of its time", () => {
  const age = { ageMs: 1e8, graceMs: 1e8 };
  expect(lifetimeOf(age, 100_000, 0)).toEqual({ goodbyeMs: 70_000, endMs: 100_000, reason: "IDENTITY_EXPIRED" });
  expect(lifetimeOf(age, 4000, 0)).toEqual({ goodbyeMs: 2000, endMs: 4000, reason: "IDENTITY_EXPIRED" });
  expect(lifetimeOf(age, -5, 0)).toEqual({ goodbyeMs: 0, endMs: 0, reason: "IDENTITY_EXPIRED" });
});
