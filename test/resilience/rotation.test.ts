import { sealingClasses } from "@ntd/service";
import { long } from "@ntd/testing/runs";
import { expect, test } from "vitest";
import { dueEnds, reportsOf } from "./reports.ts";
import { storm } from "./storm.ts";

const reports = long ? 120 : 36;
const forMs = long ? 120_000 : 30_000;
const seed = 20_261_205;

test(
  "reports come while every key and certificate changes; each has its end and one notice, and the old authority is worth nothing",
  { timeout: long ? 600_000 : 240_000 },
  async () => {
    const { rotated, ...after } = await storm({ pairing: "embedded", seed, reports, forMs, isRotated: true });
    expect(after.ends).toEqual(dueEnds(reportsOf(reports, seed)));
    expect(after.doubled).toEqual([]);
    expect(after.letters).toEqual([after.poison]);
    expect(rotated?.turns.length).toBeGreaterThan(20);
    expect(rotated?.turns).toEqual(expect.arrayContaining(["service-nats", "isp-alpha", "service-takedown"]));
    expect(Object.keys(rotated?.answers ?? {}), JSON.stringify(rotated)).toEqual(["NOT_FOUND"]);
    expect(rotated?.denied).toEqual(["NOT_FOUND", "IDENTITY_DENIED", "NOT_FOUND"]);
    expect(rotated?.old).toEqual({ open: "PEER_UNAVAILABLE", anew: "PEER_UNAVAILABLE", bus: "refused" });
    // Of this month and of the next.
    for (const of of sealingClasses) expect(rotated?.sealing.filter((id) => id.startsWith(`${of}-`))).toHaveLength(2);
    // Of notices, evidence, referrals and feeds.
    expect(rotated?.signing).toHaveLength(4);
    // What came was used beside what was there.
    const months = [-1, 0].map((n) => new Date(new Date().getFullYear(), new Date().getMonth() + n, 15));
    expect(rotated?.met.sealing).toEqual(months.map((month) => `address-${month.toISOString().slice(0, 7)}`));
    expect(rotated?.met.signing).toHaveLength(2);
  },
);
