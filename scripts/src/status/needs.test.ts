import type { GetStatusResponse } from "@ntd/proto/operations/v1/status_service";
import fc from "fast-check";
import { expect, test } from "vitest";
import { needsOf } from "./needs.ts";
import type { Observed } from "./observed.ts";

const now = new Date("2030-06-01T12:00:00Z");
const later = (ms: number) => new Date(now.getTime() + ms);
const DAY_MS = 86_400_000;

const well: GetStatusResponse = {
  service: "takedown",
  version: "0.3.0",
  startTime: later(-DAY_MS),
  now,
  serving: true,
  failedChecks: [],
  degradedCauses: [],
  consumers: [{ noun: "case", pending: 3n, ackPending: 2n, redelivered: 0n }],
  outbox: { documentCount: 1n, isMore: false, oldestAge: { seconds: 2n, nanos: 0 } },
  streams: [{ stream: "TAKEDOWN", messageCount: 10n, byteCount: 10n, fill: 0.1 }],
  deadLetterCount: 0n,
  store: { kind: "sqlite", byteCount: 1n, freeByteCount: 2n ** 36n, filling: [] },
  certificate: { endTime: later(90 * DAY_MS), authorityEndTime: later(900 * DAY_MS) },
  sealingKeyIds: [],
  facts: [{ name: "halted", value: { $case: "truth", value: false } }],
  unknowns: [],
};

const seen = (status: Partial<GetStatusResponse>, offsetMs = 0): Observed => ({
  service: "takedown",
  address: "localhost:1",
  status: { ...well, ...status },
  offsetMs,
});
const needs = (...services: Observed[]) => needsOf({ now, services, own: [] });

test("given all is well, nothing needs a hand", () => {
  expect(needs(seen({}), seen({ outbox: undefined, store: undefined, certificate: undefined }))).toEqual([]);
});

test.each<[string, Partial<GetStatusResponse>, 1 | 2, RegExp, RegExp]>([
  [
    "a failed check",
    { serving: false, failedChecks: [{ name: "bus", reason: "Run: ntd bus apply", since: now }] },
    1,
    /bus: Run/,
    /ntd bus apply/,
  ],
  ["it stops", { serving: false }, 1, /stopping/, /start it/],
  ["the store is full", { degradedCauses: [{ cause: "store:STORE_FULL", since: now }] }, 1, /STORE_FULL/, /make room/],
  [
    "it was restored and keeps still",
    { degradedCauses: [{ cause: "RESTORED", since: now }] },
    1,
    /RESTORED/,
    /restore show.*restore lift.*two/,
  ],
  ["a cause nobody knows", { degradedCauses: [{ cause: "news", since: now }] }, 2, /news/, /README/],
  ["dead letters", { deadLetterCount: 2n }, 2, /^2 dead letters/, /list --reader takedown/],
  [
    "an old outbox",
    { outbox: { documentCount: 9n, isMore: false, oldestAge: { seconds: 61n, nanos: 0 } } },
    1,
    /outbox for 1 min/,
    /bus usage/,
  ],
  [
    "a reader behind",
    { consumers: [{ noun: "case", pending: 1000n, ackPending: 0n, redelivered: 0n }] },
    2,
    /1000 case/,
    /log/,
  ],
  [
    "events tried again",
    { consumers: [{ noun: "case", pending: 0n, ackPending: 1n, redelivered: 1n }] },
    2,
    /1 case events are tried/,
    /log/,
  ],
  [
    "a full stream",
    { streams: [{ stream: "TAKEDOWN", messageCount: 1n, byteCount: 1n, fill: 0.71 }] },
    2,
    /TAKEDOWN is 71 %/,
    /usage/,
  ],
  ["a halt", { facts: [{ name: "halted", value: { $case: "truth", value: true } }] }, 1, /halted/, /dispatch resume/],
  [
    "looks overdue",
    { facts: [{ name: "oldest_due", value: { $case: "time", value: later(-3 * 3_600_000) } }] },
    2,
    /overdue for 3 h/,
    /hands/,
  ],
  [
    "a small disk",
    { store: { kind: "sqlite", byteCount: 1n, freeByteCount: 2n ** 31n, filling: [] } },
    2,
    /2048 MiB/,
    /make room/,
  ],
  [
    "a disk that is nearly full",
    { store: { kind: "sqlite", byteCount: 1n, freeByteCount: 5n, filling: [] } },
    1,
    /^0 MiB/,
    /make room/,
  ],
  [
    "a certificate that ends",
    { certificate: { endTime: later(20 * DAY_MS), authorityEndTime: undefined } },
    2,
    /ends on 2030-06-21/,
    /certs renew/,
  ],
  [
    "a certificate that ended",
    { certificate: { endTime: later(-1), authorityEndTime: undefined } },
    1,
    /ended on/,
    /certs renew/,
  ],
  [
    "an authority that ends",
    { certificate: { endTime: undefined, authorityEndTime: later(DAY_MS) } },
    1,
    /authority ends/,
    /certs renew/,
  ],
  [
    "what is not known",
    { unknowns: [{ what: "store", reason: "It hangs." }] },
    2,
    /store is not known: It hangs/,
    /log/,
  ],
])("given %s, it is said with what to do", (_what, status, urgency, what, mend) => {
  expect(needs(seen(status))).toEqual([
    { urgency, service: "takedown", what: expect.stringMatching(what), mend: expect.stringMatching(mend) },
  ]);
});

test("given causes that are as they should be, nothing is asked for", () => {
  const causes = ["STUB", "icse_off", "store:FILLING"].map((cause) => ({ cause, since: now }));
  expect(needs(seen({ degradedCauses: causes }))).toEqual([]);
});

test("given a service that does not answer, why stands first", () => {
  const silent = { service: "prober", address: "localhost:2", silence: "it does not answer" };
  expect(needs(seen({ deadLetterCount: 1n }), silent).map(({ service }) => service)).toEqual(["prober", "takedown"]);
});

test("given a service that refuses whoever asks, it is not to be started but to be asked by somebody else", () => {
  const refused = { service: "prober", address: "localhost:2", silence: "on the deny-list", refuses: true };
  expect(needs(refused)).toMatchObject([{ what: "on the deny-list", mend: expect.stringMatching(/another operator/) }]);
});

test("clocks may differ by what nobody notices, in both directions", () => {
  fc.assert(
    fc.property(fc.integer({ min: -1999, max: 1999 }), (offsetMs) => {
      expect(needs(seen({}, offsetMs))).toEqual([]);
    }),
  );
  expect(needs(seen({}, -2500))).toMatchObject([{ what: "its clock is -2.5 s off this machine's" }]);
});

test("whoever asks hears of their own certificate", () => {
  const own = [{ what: "certificate", end: later(DAY_MS) }];
  expect(needsOf({ now, services: [], own })).toMatchObject([
    { urgency: 1, service: "", mend: expect.stringMatching(/^ntd certs .*renew/) },
  ]);
});

test("what is urgent always stands before what is not", () => {
  const one = fc.constantFrom(seen({ deadLetterCount: 1n }), seen({ serving: false }), seen({}, 3000), seen({}));
  fc.assert(
    fc.property(fc.array(one, { maxLength: 8 }), (services) => {
      const urgencies = needs(...services).map(({ urgency }) => urgency);
      expect(urgencies).toEqual(urgencies.toSorted((a, b) => a - b));
    }),
  );
});
