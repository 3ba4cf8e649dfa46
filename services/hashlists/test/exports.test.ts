import fc from "fast-check";
import { expect, test } from "vitest";
import { CHUNK, ChunkBuilder } from "../src/chunks/chunk-builder.ts";
import { entryIds } from "../src/entries/entry-id.ts";
import { rowsAt } from "../src/chunks/chunk-columns.ts";
import { csvHeader, csvLine } from "../src/exports/csv-lines.ts";
import { vicsHead, VICS_END, vicsRecords, vicsText, WHY, type LeftOut } from "../src/exports/vics-record.ts";
import type { EntryLine } from "../src/formats/entry-line.ts";
import { readList } from "./read-list.ts";
import { someEntries, someFiles } from "./some-entries.ts";

/** As entries come out of the store again. */
function stored(entries: readonly EntryLine[]): EntryLine[] {
  expect(entries.length).toBeLessThan(CHUNK);
  const builder = new ChunkBuilder();
  const idOf = entryIds("s");
  for (const entry of entries) builder.add(idOf(entry.algorithm, entry.value), { ...entry, line: 1 });
  const count = builder.count;
  const rowAt = rowsAt(builder.take("part"));
  return Array.from({ length: count }, (_, i) => without(rowAt(i), "line"));
}

function without<T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> {
  const { [key]: _, ...rest } = value;
  return rest;
}

const read = (file: string) => {
  const { entries, faults } = readList(file);
  expect(faults).toEqual([]);
  return entries.map((entry) => without(entry, "line"));
};

test("what is written as CSV is read as what it was, whatever stands in its texts", () => {
  fc.assert(
    fc.property(someEntries, (entries) => {
      const rows = stored(entries);
      expect(rows).toEqual(entries);
      expect(read(csvHeader(false) + rows.map((row) => csvLine(row, false)).join(""))).toEqual(entries);
    }),
    { numRuns: 300 },
  );
});

test("what was taken back is read as lines that take it back, for the same cause", () => {
  const cause = fc.constantFrom(
    "REVOCATION_CAUSE_EXPIRED" as const,
    "REVOCATION_CAUSE_NOT_ILLEGAL" as const,
    undefined,
  );
  fc.assert(
    fc.property(someEntries, fc.array(cause, { minLength: 30, maxLength: 30 }), (entries, causes) => {
      const lines = entries.map((entry, nth) => csvLine(entry, true, causes[nth]));
      const expected = entries.map((entry, nth) => ({ ...entry, ...(causes[nth] && { revoked: causes[nth] }) }));
      expect(read(csvHeader(true) + lines.join(""))).toEqual(expected);
    }),
  );
  const [entry] = read(`${csvHeader(false)}md5,${"ab".repeat(15)}cd,,,,1,,\n`);
  // Taken back before causes were told: it counts as wrong.
  const line = csvLine(entry as EntryLine, true, "REVOCATION_CAUSE_UNSPECIFIED");
  expect(read(csvHeader(true) + line)).toEqual([{ ...entry, revoked: "REVOCATION_CAUSE_WRONG_FILE" }]);
});

test("what is written as VICS is read as the same files, with category and size", () => {
  fc.assert(
    fc.property(someFiles, (files) => {
      fc.pre(files.length > 0);
      const leftOut: LeftOut = new Map();
      const records = files.flatMap((entries) => vicsRecords(stored(entries), leftOut));
      const texts = records.map((record, nth) => vicsText(record, nth + 1));
      expect(read(vicsHead("vics-uk") + texts.join(",") + VICS_END)).toEqual(files.flat());
      expect(leftOut).toEqual(new Map());
    }),
  );
});

test("what VICS cannot tell of a file is left out, and counted", () => {
  const entry = { quality: 0, scheme: "vics", code: "1", votes: 1, sourceId: "f" };
  const of = (algorithm: "MD5" | "SHA1" | "PDQ", digit: string, code = "1"): EntryLine => ({
    ...entry,
    algorithm,
    code,
    value: `${digit}abcdef0123456789`.repeat(4).slice(0, { MD5: 32, SHA1: 40, PDQ: 64 }[algorithm]),
  });
  const leftOut: LeftOut = new Map();
  expect(vicsRecords([of("SHA1", "1"), of("SHA1", "2")], leftOut)).toEqual([]);
  const records = vicsRecords([of("SHA1", "3"), of("MD5", "4"), of("MD5", "5"), of("SHA1", "6", "2")], leftOut);
  expect(records).toEqual([
    { md5: of("MD5", "4"), sha1: of("SHA1", "3"), alternatives: [] },
    { md5: of("MD5", "5"), sha1: undefined, alternatives: [] },
  ]);
  const many = Array.from({ length: 30 }, (_, nth) => of("PDQ", nth.toString(16)));
  expect(vicsRecords([of("MD5", "7"), ...many], leftOut)[0]?.alternatives).toHaveLength(20);
  const [twice] = vicsRecords([of("MD5", "8"), of("SHA1", "9"), of("SHA1", "a")], leftOut);
  expect(twice).toEqual({ md5: of("MD5", "8"), sha1: of("SHA1", "9"), alternatives: [] });
  expect(leftOut).toEqual(
    new Map([
      [WHY.noMd5, 2],
      [WHY.otherClass, 1],
      [WHY.tooMany, 10],
      [WHY.second, 1],
    ]),
  );
  expect(vicsHead("vics")).toContain("2.0.xml/$metadata#Media");
});
