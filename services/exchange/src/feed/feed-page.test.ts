import type { FeedChange } from "@ntd/proto/feed/v1/feed_service";
import { expect, test } from "vitest";
import { fedLine, told } from "../mirror/listed.ts";
import { fedPage } from "./feed-page.ts";

const NOW = new Date("2026-01-01T00:00:00Z");
const md5 = (byte: number) => ({
  algorithm: "ALGORITHM_MD5" as const,
  value: new Uint8Array(16).fill(byte),
  quality: 0,
});
const pdq = { algorithm: "ALGORITHM_PDQ" as const, value: new Uint8Array(32).fill(9), quality: 70 };
const put = (fingerprint: ReturnType<typeof md5> | typeof pdq, more: object = {}): FeedChange => ({
  change: {
    $case: "put",
    value: {
      fingerprint,
      classification: { scheme: "ncmec", version: "", code: "A1" },
      votes: 3,
      fileKey: Uint8Array.of(1, 2),
      sizeBytes: 44,
      disputed: false,
      ...more,
    },
  },
});
const removal = (
  fingerprint: ReturnType<typeof md5>,
  cause: "UNSPECIFIED" | "WRONG_FILE",
  disabled = false,
): FeedChange => ({
  change: { $case: "removal", value: { fingerprint, cause: `REVOCATION_CAUSE_${cause}`, disabled } },
});
const linesOf = (...changes: FeedChange[]) =>
  fedPage({ changes }, NOW).listed.map((entry) => {
    const before = told(undefined, { ...entry, hashes: ["x"] }, { connectorId: "c", range: "r", until: NOW });
    return fedLine(told(before, entry, { connectorId: "c", range: "r", until: NOW }) ?? expect.fail());
  });

test("what a feed puts and removes is a line of a list each", () => {
  const hex = (byte: number) => byte.toString(16).padStart(2, "0").repeat(16);
  expect(
    linesOf(
      put(md5(1)),
      put(pdq, { classification: undefined, sizeBytes: 0 }),
      removal(md5(2), "UNSPECIFIED"),
      removal(md5(3), "WRONG_FILE"),
    ),
  ).toEqual([
    `md5,${hex(1)},,ncmec,A1,3,0102,44,,\n`,
    `pdq,${"09".repeat(32)},70,,,3,0102,,,\n`,
    `md5,${hex(2)},,,,,,,,yes\n`,
    `md5,${hex(3)},,,,,,,wrong-file,\n`,
  ]);
});

test("what is disabled there is not listed here, and what is disputed there has no votes", () => {
  const hex = (byte: number) => byte.toString(16).padStart(2, "0").repeat(16);
  expect(linesOf(removal(md5(4), "UNSPECIFIED", true), put(md5(5), { disputed: true, votes: 9 }))).toEqual([
    `md5,${hex(4)},,,,,,,,yes\n`,
    `md5,${hex(5)},,ncmec,A1,0,0102,44,,\n`,
  ]);
});

test("what no list would take of an entry does not keep its hash out", () => {
  const hex = "01".repeat(16);
  const long = { scheme: "s".repeat(100_000), version: "", code: "A1" };
  expect(
    linesOf(
      put(md5(1), { classification: long, votes: 4_000_000_000, sizeBytes: 2 ** 40 }),
      put(md5(1), { fileKey: new Uint8Array(1000) }),
    ),
  ).toEqual([`md5,${hex},,,,1000000,0102,,,\n`, `md5,${hex},,ncmec,A1,3,${"0".repeat(200)},44,,\n`]);
});

test("counts are of all; films that are none and what is no hash of its kind are named, counted and passed over", () => {
  const film = { algorithm: "ALGORITHM_VPDQ" as const, value: new Uint8Array(38), quality: 0 };
  const back = new Uint8Array(74);
  back[33] = 1;
  const changes = [
    put(md5(1)),
    put(film as never),
    put({ ...film, value: back } as never),
    put({ ...md5(1), value: new Uint8Array(3) }),
    removal(md5(2), "UNSPECIFIED"),
    {},
  ];
  expect(fedPage({ changes: changes as FeedChange[] }, NOW)).toMatchObject({
    entries: 5,
    readable: 1,
    tombstones: 1,
    left: { "UNREAD vpdq": 2, "UNREAD md5": 1 },
    unknown: ["hashes of ALGORITHM_VPDQ", "hashes of ALGORITHM_MD5", "a change of a new kind"],
  });
});
