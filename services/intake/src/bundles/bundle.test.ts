import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StoredReport } from "../store.ts";
import { behind, isUrgent, isWaiting, partsOf, placeOf, placesOf, senderOf, toldAt, waiterAt } from "./bundle.ts";
import { defaultRates } from "./report-rates.ts";
import { Senders } from "./senders.ts";

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 12) + seconds * 1000);
const SUBMITTER = "spiffe://ntd.example/reporter/one";

function report(given: Partial<StoredReport> = {}): StoredReport {
  return {
    schemaVersion: 2,
    submitter: SUBMITTER,
    requestDigest: "",
    channel: "CHANNEL_PUBLIC",
    receivedTime: at(0),
    targets: [],
    language: "",
    ...given,
  };
}

describe("a report that waits", () => {
  const waits = report({ bundled: {} });

  test("given it waits, when it is told, then it has been told, once, and has no place any more", () => {
    expect([isWaiting(waits), placeOf(waits)]).toEqual([true, `${senderOf(waits)}|2026-01-01T12:00:00.000Z`]);
    const told = toldAt(waits, at(9)) as StoredReport;
    expect(told.bundled).toEqual({ toldTime: at(9) });
    expect([isWaiting(told), placeOf(told), toldAt(told, at(10))]).toEqual([false, undefined, undefined]);
  });

  test("given it was told when it came, then it never waits", () => {
    expect([isWaiting(report()), placeOf(report()), toldAt(report(), at(1))]).toEqual([false, undefined, undefined]);
  });

  test("its place names its sender and since when; behind it stand others' and none of theirs", () => {
    const sender = senderOf(waits);
    const place = placeOf(waits) ?? "";
    expect(waiterAt(place)).toEqual({ sender, since: at(0) });
    expect(partsOf(sender)).toEqual({ person: "reporter/one", channel: "CHANNEL_PUBLIC" });
    expect(place > placesOf(sender).gt && place < placesOf(sender).lt).toBe(true);
    expect(place > behind(sender).gt).toBe(false);
    const next = senderOf(report({ submitter: `${SUBMITTER}-2` }));
    expect(`${next}|2026` > behind(sender).gt || `${next}|2026` < place).toBe(true);
  });
});

describe("what never waits, however much its sender sends:", () => {
  test.each<[string, Partial<StoredReport>]>([
    ["police", { channel: "CHANNEL_POLICE" }],
    ["a child in danger", { lifeAtRisk: true }],
    ["a child's own report", { happeningToMe: true }],
    ["pictures of oneself", { selfMade: true }],
    ["contact", { threat: { type: "THREAT_TYPE_SEXUAL", nature: "THREAT_NATURE_CONTACT" } }],
    ["conduct", { threat: { type: "THREAT_TYPE_SEXUAL", nature: "THREAT_NATURE_CONDUCT" } }],
  ])("%s", (_, given) => {
    const senders = new Senders({ value: { ...defaultRates, channels: { CHANNEL_PUBLIC: 1 } } });
    expect(isUrgent(report(given))).toBe(true);
    for (let i = 0; i < 5; i++) senders.admits(report(), at(0));
    for (let i = 0; i < 5; i++) expect(senders.admits(report(given), at(0))).toBe(true);
  });

  test("content alone is no such thing", () => {
    expect(isUrgent(report({ threat: { type: "THREAT_TYPE_SEXUAL", nature: "THREAT_NATURE_CONTENT" } }))).toBe(false);
  });
});

describe("who sends more than their quota", () => {
  const rates = { channels: { CHANNEL_PUBLIC: 2, CHANNEL_INDUSTRY: 4 }, identities: new Map([["reporter/big", 5]]) };
  const admitted = (senders: Senders, given: Partial<StoredReport>, now = at(0)) =>
    Array.from({ length: 8 }, () => senders.admits(report(given), now)).filter(Boolean).length;

  test("waits alone: every sender and channel has a quota of its own, exceptions theirs", () => {
    const senders = new Senders({ value: rates });
    expect(admitted(senders, {})).toBe(2);
    expect(admitted(senders, { submitter: "spiffe://ntd.example/reporter/two" })).toBe(2);
    expect(admitted(senders, { channel: "CHANNEL_INDUSTRY" })).toBe(4);
    expect(admitted(senders, { submitter: "spiffe://ntd.example/reporter/big" })).toBe(5);
  });

  test("waits behind their own that wait, also when there is room again, until the store has none", () => {
    const senders = new Senders({ value: rates });
    admitted(senders, {});
    expect(senders.admits(report(), at(120))).toBe(false);
    expect(senders.roomFor(senderOf(report()), at(120))).toBe(2);
    senders.waits(senderOf(report()), false);
    expect(senders.admits(report(), at(120))).toBe(true);
  });

  test("a repeat of what was told takes nothing of it", () => {
    const senders = new Senders({ value: rates });
    for (let i = 0; i < 20; i++) {
      expect(senders.admits(report(), at(0))).toBe(true);
      senders.giveBack(report());
    }
  });

  test("as many senders as there are, those who sent nothing for a minute are forgotten", () => {
    const senders = new Senders({ value: rates });
    for (let i = 0; i < 25_000; i++) senders.admits(report({ submitter: `spiffe://n.example/reporter/${i}` }), at(i));
    expect(senders.remembered).toBeLessThanOrEqual(10_001);
  });
});

test("whatever comes and whenever it is told, each report is told once, none is lost, and a sender's wait in their order", () => {
  const step = fc.record({
    kind: fc.constantFrom("come", "tell"),
    who: fc.nat({ max: 2 }),
    seconds: fc.nat({ max: 30 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const senders = new Senders({ value: { channels: { CHANNEL_PUBLIC: 3 }, identities: new Map() } });
      const stored: StoredReport[] = [];
      const told: string[] = [];
      let now = 0;
      for (const [n, { kind, who, seconds }] of steps.entries()) {
        now += seconds;
        if (kind === "come") {
          const one = report({ submitter: `spiffe://n/reporter/${who}`, receivedTime: at(now), requestDigest: `${n}` });
          const isAdmitted = senders.admits(one, at(now));
          stored.push(isAdmitted ? one : { ...one, bundled: {} });
          if (isAdmitted) told.push(one.requestDigest);
          continue;
        }
        for (const sender of new Set(stored.filter(isWaiting).map(senderOf))) {
          const own = () => stored.filter((one) => isWaiting(one) && senderOf(one) === sender);
          for (const one of own().slice(0, senders.roomFor(sender, at(now)))) {
            stored[stored.indexOf(one)] = toldAt(one, at(now)) ?? one;
            told.push(one.requestDigest);
            senders.told(sender, 1);
          }
          senders.waits(sender, own().length > 0);
        }
      }
      const ended = stored.filter((one) => !isWaiting(one)).map(({ requestDigest }) => requestDigest);
      expect(told.toSorted()).toEqual(ended.toSorted());
      for (const who of [0, 1, 2]) {
        const own = stored.filter(({ submitter }) => submitter.endsWith(`/${who}`));
        const firstWaiting = own.findIndex(isWaiting);
        if (firstWaiting >= 0) expect(own.slice(firstWaiting).every(isWaiting)).toBe(true);
      }
    }),
  );
});
