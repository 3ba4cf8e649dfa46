import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MovableClock } from "@ntd/service";
import { openStore } from "@ntd/store";
import { expect, test } from "vitest";
import { defaultRates } from "../src/bundles/report-rates.ts";
import { Senders } from "../src/bundles/senders.ts";
import { Round, tellReports } from "../src/bundles/every-second-tell-reports.ts";
import type { Waiting } from "../src/bundles/waiting.ts";
import { openCollections, type StoredReport } from "../src/store.ts";

const never = new AbortController().signal;

/** A store in which so many reports of one sender wait, and what one run of the loop costs in it, in ms of processor time. */
async function costWith(count: number) {
  const dir = await mkdtemp(join(tmpdir(), "ntd-waiting-"));
  try {
    await using store = await openStore(`file:${join(dir, "store.sqlite")}`);
    const { reports } = await openCollections(store);
    for (let from = 0; from < count; from += 1000) {
      const some = Array.from({ length: 1000 }, (_, i) => from + i);
      await reports.insertMany(some.map((n) => ({ id: `report-${n}`, state: waitingReport(n) })));
    }
    const clock = new MovableClock(new Date("2026-02-01T00:00:00Z"));
    const senders = new Senders({ value: { ...defaultRates, channels: { CHANNEL_PUBLIC: 5 } } });
    let found: Waiting | undefined;
    const noteWaiting = (waiting: Waiting) => void (found = waiting);
    const deps = { reports, senders, targetKey: new Uint8Array(32), clock, noteWaiting };
    const run = async () => {
      clock.advance(12_000);
      const before = process.cpuUsage();
      await tellReports(deps, new Round(), never);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    };
    await run();
    const costs: number[] = [];
    for (let i = 0; i < 15; i++) costs.push(await run());
    return { cost: costs.toSorted((a, b) => a - b)[7] ?? 0, found };
  } finally {
    await rm(dir, { recursive: true });
  }
}

function waitingReport(n: number): StoredReport {
  return {
    schemaVersion: 2,
    submitter: "spiffe://ntd.example/reporter/flood",
    requestDigest: "",
    channel: "CHANNEL_PUBLIC",
    receivedTime: new Date(Date.UTC(2026, 0, 1) + n),
    targets: [],
    language: "",
    bundled: {},
  };
}

test("a hundred thousand reports that wait cost no more than twelve thousand", async () => {
  const [some, many] = [await costWith(12_000), await costWith(100_000)];
  expect(many.found).toEqual({ count: 10_000, since: new Date(Date.UTC(2026, 0, 1) + 19) });
  expect(many.cost / some.cost).toBeLessThan(2);
});
