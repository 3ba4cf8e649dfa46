import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StoredReport } from "../store.ts";
import { firstFetched, withFetched, type Candidate } from "./alias.ts";

const sealed = (keyId: string, nonce: number) => ({ keyId, nonce: Uint8Array.of(nonce), ciphertext: new Uint8Array() });
const report = (day: number, ...targets: [targetId: string, keyId: string, nonce: number][]): StoredReport => ({
  schemaVersion: 1,
  submitter: "spiffe://ntd/reporter/one",
  requestDigest: "",
  channel: "CHANNEL_PUBLIC",
  receivedTime: new Date(Date.UTC(2026, 0, day)),
  targets: targets.map(([targetId, keyId, nonce]) => ({
    targetId,
    address: sealed(keyId, nonce),
    mediaType: "MEDIA_TYPE_IMAGE",
    fingerprints: [],
  })),
  language: "",
});
const fetched = (reports: readonly StoredReport[]) =>
  reports.reduce<Candidate | undefined>((best, one) => firstFetched(best, "t", one), undefined)?.address.nonce[0];

describe("the address that the prober took", () => {
  test.each<[string, StoredReport[], number | undefined]>([
    ["is that of the first report", [report(2, ["t", "2026-01", 2]), report(1, ["t", "2026-01", 1])], 1],
    ["is not another target's", [report(1, ["o", "2026-01", 1]), report(2, ["t", "2026-01", 2])], 2],
    ["is nothing without reports", [report(1, ["o", "2026-01", 1])], undefined],
    ["is the first one of a report", [report(1, ["t", "2026-01", 1], ["t", "2026-01", 2])], 1],
    ["gives way to a newer month's", [report(1, ["t", "2026-01", 1]), report(40, ["t", "2026-02", 2])], 2],
    ["keeps its place within that", [report(40, ["t", "2026-02", 2]), report(41, ["t", "2026-02", 3])], 2],
  ])("%s", (_, reports, expected) => expect(fetched(reports)).toBe(expected));

  test("is the same in whatever order the reports are read, and what the prober did with them one by one", () => {
    const some = fc.uniqueArray(fc.nat(400), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(some, fc.array(fc.nat(), { minLength: 6, maxLength: 6 }), (days, shuffle) => {
        const all = days.map((day) =>
          report(day, ["t", `2026-${String(Math.floor(day / 90)).padStart(2, "0")}`, day % 256]),
        );
        const shuffled = all.toSorted((a, b) => (shuffle[all.indexOf(a)] ?? 0) - (shuffle[all.indexOf(b)] ?? 0));
        const inTurn = all.toSorted((a, b) => Number(a.receivedTime) - Number(b.receivedTime));
        const held = inTurn
          .map(({ targets }) => targets[0]?.address)
          .reduce((address, next) => ((next?.keyId ?? "") > (address?.keyId ?? "") ? next : address));
        expect(fetched(shuffled)).toBe(held?.nonce[0]);
      }),
    );
  });
});

describe("what is known of a target", () => {
  const concluded = { schemaVersion: 1, fetched: "a", version: 0 } as const;
  test("is what the prober says rather than what the reports let conclude", () => {
    expect(withFetched(undefined, "b", 3)).toEqual({ schemaVersion: 1, fetched: "b", version: 3 });
    expect(withFetched(concluded, "a", 3)).toEqual({ schemaVersion: 1, fetched: "a", version: 3 });
  });
  test("is contradicted by another word until what joined by the first one is parted", () => {
    const other = withFetched(concluded, "b", 3);
    expect(other).toEqual({ schemaVersion: 1, fetched: "b", version: 3, isContradicted: true });
    expect(withFetched(other, "b", 4)?.isContradicted).toBe(true);
    expect(withFetched({ schemaVersion: 1, version: 0 }, "b", 3)?.isContradicted).toBeUndefined();
  });
  test("is what it said last, and nothing is written twice", () => {
    const told = { ...concluded, version: 3 };
    expect(withFetched(told, "b", 4)?.fetched).toBe("b");
    expect(withFetched(told, "b", 2)).toBeUndefined();
    expect(withFetched(told, "a", 3)).toBeUndefined();
  });
});
