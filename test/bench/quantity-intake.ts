import { MovableClock } from "@ntd/service";
import { openStore } from "@ntd/store";
import { filingsOf } from "../../services/intake/src/reporters/filing.ts";
import { getFeedback } from "../../services/intake/src/reporters/rpc-get-feedback.ts";
import type { Outcome } from "../../services/intake/src/reports/status.ts";
import { openCollections, type StoredReport } from "../../services/intake/src/store.ts";
import { calledBy } from "../../services/casework/test/called-by.ts";
import { timesOf } from "./quantity-measure.ts";
import { callsFor, type Sizes } from "./quantity-sizes.ts";
import type { Stores } from "./quantity-stores.ts";
import { atMost, quantile, stated, type Figure } from "./report.ts";

const BEGIN = Date.UTC(2026, 0, 1);
const END = Date.UTC(2026, 6, 1);
const submitter = "spiffe://test/reporter/industry";
const sealed = { keyId: "2026-01", nonce: new Uint8Array(12), ciphertext: new Uint8Array(160) };
const OUTCOMES: readonly Outcome[] = ["illegal", "illegal", "other", "open"];

/** intake with a tenth of a country's reports from one sender, within half a year: its numbers are asked for. */
export async function measureIntake(stores: Stores, sizes: Sizes): Promise<Figure[]> {
  const count = Math.round(sizes.reports / 10);
  const url = await stores.filled("intake", (fresh) => fill(fresh, count));
  await using store = await openStore(url);
  const collections = await openCollections(store);
  const deps = { ...collections, targetKey: new Uint8Array(32), clock: new MovableClock(new Date(END)) };
  const request = { fromTime: new Date(BEGIN), untilTime: new Date(END), submitter: "" };
  const ask = () => getFeedback(deps)(request, calledBy("reporter/industry"));
  const began = performance.now();
  const { reportCount, targetCount } = await ask();
  const firstMs = performance.now() - began;
  const times = await timesOf(Math.ceil(callsFor(sizes) / 3), ask);
  const what = `intake: a sender's numbers over ${count} filings`;
  return [
    stated(`${what}, asked for the first time`, firstMs, "ms"),
    atMost(`${what}: p99`, quantile(times, 0.99), "ms", 250),
    stated(`${what}: p50`, quantile(times, 0.5), "ms"),
    atMost(`${what}: not counted`, 2 * count - reportCount - targetCount, "", 0),
  ];
}

async function fill(url: string, count: number): Promise<void> {
  await using store = await openStore(url);
  const { reports, filings } = await openCollections(store);
  for (let from = 0; from < count; from += 1000) {
    const some = Array.from({ length: Math.min(1000, count - from) }, (_, i) => from + i);
    const stored = some.map((n) => ({ id: `report-${n}`, state: aReport(n, count) }));
    await reports.insertMany(stored);
    await filings.insertMany(
      stored.flatMap(({ id, state }, i) =>
        filingsOf(id, state).map((filing) => ({
          ...filing,
          state: {
            ...filing.state,
            outcome: OUTCOMES[i % 4] ?? "open",
            ...(i % 10 === 0 && { isKnown: true as const }),
          },
        })),
      ),
    );
  }
}

function aReport(n: number, count: number): StoredReport {
  const receivedTime = new Date(BEGIN + Math.floor(((END - BEGIN) / count) * n));
  const seen = n % 3 === 0 && { observedTime: receivedTime };
  const one = { targetId: `target-${n}`, address: sealed, mediaType: "MEDIA_TYPE_IMAGE" as const, fingerprints: [] };
  return {
    schemaVersion: 2,
    submitter,
    requestDigest: "",
    channel: "CHANNEL_PUBLIC",
    receivedTime,
    targets: [{ ...one, ...seen }],
    language: "en",
    ...(n % 5 === 0 && { description: sealed }),
  };
}
