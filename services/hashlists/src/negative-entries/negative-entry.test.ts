import type { Fingerprint } from "@ntd/proto/common/v1/common";
import { describe, expect, test } from "vitest";
import { fileOfEntry, requireNegativeEntry } from "./negative-entry.ts";

const sha256 = { algorithm: "ALGORITHM_SHA256" as const, value: new Uint8Array(32).fill(7), quality: 0 };
const pdq = { algorithm: "ALGORITHM_PDQ" as const, value: new Uint8Array(32).fill(9), quality: 80 };
const asked = (change: Partial<Parameters<typeof requireNegativeEntry>[0]> = {}) => ({
  fingerprints: [sha256] as Fingerprint[],
  reason: "NEGATIVE_REASON_INNOCENT_OBJECT" as const,
  note: "a cat",
  perceptual: false,
  ...change,
});
const faults = (change: Partial<Parameters<typeof requireNegativeEntry>[0]>): string[] => {
  try {
    requireNegativeEntry(asked(change));
    return [];
  } catch (error) {
    return (error as { fields: { field: string }[] }).fields.map(({ field }) => field);
  }
};

describe("a negative entry", () => {
  test("is one file by its SHA-256; what looks alike only where that is asked for", () => {
    expect(faults({})).toEqual([]);
    expect(faults({ fingerprints: [sha256, pdq] })).toEqual(["fingerprints[1]"]);
    expect(faults({ fingerprints: [sha256, pdq], perceptual: true })).toEqual([]);
  });

  test("is by nothing that two files can share, or that is no hash", () => {
    for (const algorithm of ["ALGORITHM_MD5", "ALGORITHM_SHA1", "ALGORITHM_BLOCKHASH256", "UNRECOGNIZED"] as const) {
      expect(faults({ fingerprints: [{ ...sha256, algorithm }], perceptual: true })).toEqual(["fingerprints[0]"]);
    }
    expect(faults({ fingerprints: [{ ...sha256, value: new Uint8Array(31) }] })).toEqual(["fingerprints[0]"]);
    expect(faults({ fingerprints: [{ ...pdq, quality: 101 }], perceptual: true })).toEqual(["fingerprints[0]"]);
  });

  test("has its reason and what it shows, and is one of ten at most", () => {
    expect(faults({ fingerprints: [], reason: "NEGATIVE_REASON_UNSPECIFIED", note: " " })).toEqual([
      "fingerprints",
      "reason",
      "note",
    ]);
    expect(faults({ fingerprints: Array<Fingerprint>(11).fill(sha256) })).toEqual(["fingerprints"]);
    expect(faults({ note: "see https://example.org/a" })).toEqual(["note"]);
  });

  test("is a line that names its release, each once", () => {
    const hex = (digits: string) => digits.repeat(32);
    expect(Buffer.from(fileOfEntry([sha256, pdq, sha256], "release-1")).toString()).toBe(
      `algorithm,value,quality,scheme,code,votes,source_id\nsha256,${hex("07")},,,,2,release-1\npdq,${hex("09")},80,,,2,release-1\n`,
    );
  });
});
