import type { RevokeEntriesRequest } from "@ntd/proto/hashlists/v1/hash_list_service";
import { derivedId, Problem } from "@ntd/service";
import { expect, test } from "vitest";
import { namedFaults } from "../entries/named-faults.ts";
import { type WantedEntries, validRevokeRequest } from "./revoke-request.ts";

const id = (n: number) => derivedId("entry", n);
const md5 = { algorithm: "ALGORITHM_MD5", value: Buffer.alloc(16, 3), quality: 0 } as const;
const request = (given: Partial<RevokeEntriesRequest>): RevokeEntriesRequest => ({
  requestId: "q",
  setId: "s1",
  entryIds: [],
  fingerprints: [],
  reason: "listed by mistake",
  cause: "REVOCATION_CAUSE_WRONG_FILE",
  ...given,
});

/** What is wanted, and in how many slices that was found. */
function read(given: Partial<RevokeEntriesRequest>): WantedEntries & { slices: number } {
  const work = validRevokeRequest(request(given));
  for (let slices = 1; ; slices++) {
    const next = work.next();
    if (next.done === true) return { ...next.value, slices };
  }
}

function faultsOf(given: Partial<RevokeEntriesRequest>): readonly { field: string; description: string }[] {
  try {
    read(given);
    return [];
  } catch (error) {
    return Problem.from(error).fields;
  }
}

test("entries are wanted once each, in lower case, by the field that named them first", () => {
  const ofMd5 = derivedId("entry", "s1", "MD5", "03".repeat(16));
  const entryIds = [id(1).toUpperCase(), id(2), id(1)];
  const { reason, entries } = read({ reason: " why ", entryIds, fingerprints: [md5, md5] });
  expect(reason).toBe("why");
  expect([...entries]).toEqual([
    [id(1), "entry_ids[0]"],
    [id(2), "entry_ids[1]"],
    [ofMd5, "fingerprints[0]"],
  ]);
  const both = read({ entryIds: [ofMd5], fingerprints: [md5] });
  expect([...both.entries]).toEqual([[ofMd5, "entry_ids[0]"]]);
});

test("a film is wanted by all its frames", () => {
  const film = { algorithm: "ALGORITHM_VPDQ", value: Buffer.alloc(74, 7), quality: 0 } as const;
  const { entries } = read({ fingerprints: [film] });
  expect([...entries.keys()]).toEqual([derivedId("entry", "s1", "VPDQ", "07".repeat(74))]);
  expect(faultsOf({ fingerprints: [{ ...film, value: Buffer.alloc(73) }] })).toMatchObject([
    { field: "fingerprints[0].value", description: expect.stringContaining("a film takes 37") },
  ]);
});

test.each<[string, Partial<RevokeEntriesRequest>, string, RegExp]>([
  ["no reason", { entryIds: [id(1)], reason: "  " }, "reason", /1 to 1000/],
  ["a long reason", { entryIds: [id(1)], reason: "x".repeat(1001) }, "reason", /1 to 1000/],
  ["no entries", {}, "entry_ids", /names 0 entries/],
  ["too many", { entryIds: Array.from({ length: 100_001 }, () => id(1)) }, "entry_ids", /at most 100000/],
  ["what is no id", { entryIds: [id(1), "x"] }, "entry_ids[1]", /"x" is no entry id/],
  [
    "an algorithm of no list",
    { fingerprints: [{ ...md5, algorithm: "ALGORITHM_UNSPECIFIED" }] },
    "fingerprints[0].algorithm",
    /none that lists have/,
  ],
  [
    "a short value",
    { fingerprints: [md5, { ...md5, value: Buffer.alloc(5) }] },
    "fingerprints[1].value",
    /5 bytes; MD5 takes 16/,
  ],
])("%s is refused by its field", (_, given, field, says) => {
  expect(faultsOf(given)).toEqual([{ field, description: expect.stringMatching(says) }]);
});

test("of many faults the first twenty are named", () => {
  const faults = faultsOf({ entryIds: Array.from({ length: 30 }, (_, i) => `${i}`) });
  expect(faults.map(({ field }) => field)).toEqual(Array.from({ length: 20 }, (_, i) => `entry_ids[${i}]`));
});

test("as many as one request may name are read in slices", () => {
  const fingerprints = Array.from({ length: 100_000 }, (_, i) => {
    const value = Buffer.alloc(16);
    value.writeUInt32BE(i);
    return { ...md5, value };
  });
  const { entries, slices } = read({ fingerprints });
  expect(entries.size).toBe(100_000);
  expect(slices).toBeGreaterThanOrEqual(100);
});

test("of more than that none is looked at, however many a message holds", () => {
  const names = (field: string, count: number) => ({
    field,
    description: `names ${count} entries; at least 1, at most 100000`,
  });
  expect(faultsOf({ entryIds: Array.from({ length: 2_000_000 }, () => "") })).toEqual([names("entry_ids", 2_000_000)]);
  const fingerprints = Array.from({ length: 200_000 }, () => ({ ...md5, value: Buffer.alloc(0) }));
  expect(faultsOf({ fingerprints })).toEqual([names("entry_ids", 200_000)]);
});

test.each([
  [["entry_ids[1]"], "One of them is not there; take it out and send it again: entry_ids[1]"],
  [["a", "b"], "2 of them are not there; take them out and send it again: a, b"],
])("%j are named as so many", (fields, message) => {
  expect(namedFaults(fields, "is not there", "are not there").message).toBe(message);
});
