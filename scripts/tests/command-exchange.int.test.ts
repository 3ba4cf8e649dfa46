import type { Connector } from "@ntd/proto/exchange/v1/exchange_service";
import { Problem } from "@ntd/service";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
});
beforeEach(() => void bed.arrived.splice(0));
afterAll(() => bed[Symbol.asyncDispose]());

const at = new Date("2026-01-02T03:04:05.000Z");
const connector: Connector = {
  name: "npo",
  kind: "CONNECTOR_KIND_NCMEC",
  setId: "ncmec",
  state: "CONNECTOR_STATE_BACKING_OFF",
  checkpointTime: at,
  range: { fromTime: at, toTime: at, pageCount: 2, expectedCount: 3000n, entryCount: 2000n },
  lastSuccessTime: at,
  failure: {
    fault: "CONNECTOR_FAULT_CREDENTIALS",
    sentence: "The exchange answers 401.",
    firstTime: at,
    lastTime: at,
    count: 3,
  },
  dueTime: at,
  totals: { pulls: 4n, pages: 5n, entries: 6n, tombstones: 7n, releases: 2n },
  releaseId: "rel-1",
  unknownElements: ["images/image/series"],
  degraded: "CREDENTIALS",
};

test("exchange status tells where each connector is; of one, all that is known", async () => {
  const fresh = { ...connector, name: "new", state: "CONNECTOR_STATE_WAITING", checkpointTime: undefined } as const;
  const { failure: _, range: _range, ...well } = fresh;
  bed.answers.set("listConnectors", { connectors: [connector, well] });
  const { out } = await bed.ntd("exchange", "status");
  expect(out).toMatch(/\nnpo +ncmec +backing-off +2026-01-02T.* 6 +credentials, 3 in a row\n/);
  expect(out).toMatch(/\nnew +ncmec +waiting +nothing yet /);
  const one = await bed.ntd("exchange", "status", "npo");
  expect(one.out).toMatch(/why +The exchange answers 401\.\n/);
  expect(one.out).toMatch(/elements that nobody knows +images\/image\/series\n/);
  expect((await bed.ntd("exchange", "status", "other")).out).toContain("no connector is named other");
});

test("exchange pull asks for one, and says where to look", async () => {
  bed.answers.set("pullConnector", { connector });
  const { code, out } = await bed.ntd("exchange", "pull", "npo");
  expect([code, out]).toEqual([0, expect.stringContaining("ntd exchange status npo")]);
  expect(bed.arrived[0]?.request).toMatchObject({ name: "npo", requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  bed.answers.set("pullConnector", new Problem("NOT_FOUND", "No connector is named x."));
  expect((await bed.ntd("exchange", "pull", "x")).code).toBe(1);
});
