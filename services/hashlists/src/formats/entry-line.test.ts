import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readEntryLine, type AlgorithmName } from "./entry-line.ts";

const hex = (digits: number) => "0123456789abcdef".repeat(4).slice(0, digits);
const line = (
  changes: Partial<Record<"algorithm" | "value" | "quality" | "scheme" | "code" | "votes" | "source_id", string>>,
) => {
  const fields = { algorithm: "pdq", value: hex(64), quality: "80", scheme: "", code: "", votes: "", source_id: "" };
  return Object.values({ ...fields, ...changes });
};
const faultsOf = (fields: readonly string[]) => {
  const read = readEntryLine(fields);
  return "faults" in read ? read.faults : [];
};

describe("a good line is read:", () => {
  test("with everything", () => {
    const fields = line({ scheme: "iwf", code: "A", votes: "3", source_id: "x-1" });
    expect(readEntryLine(fields)).toEqual({
      entry: { algorithm: "PDQ", value: hex(64), quality: 80, scheme: "iwf", code: "A", votes: 3, sourceId: "x-1" },
    });
  });

  test("without votes it has one, without a quality a cryptographic hash has 0", () => {
    expect(readEntryLine(line({ algorithm: "md5", value: hex(32), quality: "" }))).toMatchObject({
      entry: { algorithm: "MD5", votes: 1, quality: 0 },
    });
  });

  test.each([
    ["SHA-256", 64, "SHA256"],
    ["sha256", 64, "SHA256"],
    ["SHA1", 40, "SHA1"],
    ["Md5", 32, "MD5"],
    ["BLOCKHASH256", 64, "BLOCKHASH256"],
  ])("%s with %i digits, in capitals too", (algorithm, digits, name) => {
    const read = readEntryLine(line({ algorithm, value: hex(digits).toUpperCase(), quality: "" }));
    expect(read).toMatchObject({ entry: { algorithm: name, value: hex(digits) } });
  });
});

test("a film is its frames, in 37 bytes each", () => {
  const value = `${hex(64)}:80:0 ${hex(64)}:9:1.5`;
  expect(readEntryLine(line({ algorithm: "vPDQ", value, quality: "" }))).toMatchObject({
    entry: { algorithm: "VPDQ", value: `${hex(64)}5000000000${hex(64)}09000005dc`, quality: 0 },
  });
});

describe("what is wrong is named by its field:", () => {
  test.each([
    ["algorithm", line({ algorithm: "photodna" })],
    ["algorithm", line({ algorithm: "" })],
    ["value", line({ value: "" })],
    ["value", line({ value: hex(63) })],
    ["value", line({ value: `${hex(63)}g` })],
    ["value", line({ algorithm: "sha1", quality: "" })],
    ["value", line({ algorithm: "vpdq", value: `${hex(64)}:80`, quality: "" })],
    ["quality", line({ algorithm: "vpdq", value: `${hex(64)}:80:1` })],
    ["quality", line({ quality: "" })],
    ["quality", line({ quality: "101" })],
    ["quality", line({ quality: "-1" })],
    ["quality", line({ quality: "5e1" })],
    ["quality", line({ algorithm: "sha256", quality: "7" })],
    ["code", line({ scheme: "iwf" })],
    ["scheme", line({ code: "A" })],
    ["code", line({ scheme: "iwf", code: "A".repeat(201) })],
    ["source_id", line({ source_id: "s".repeat(201) })],
    ["source_id", line({ source_id: "caf\ufffd" })],
    ["scheme", line({ scheme: "\ufffd", code: "B" })],
    ["source_id", line({ source_id: "a\nb" })],
    ["code", line({ scheme: "iwf", code: "A\0" })],
    ["votes", line({ votes: "many" })],
    ["votes", line({ votes: "1000001" })],
    ["line", line({}).slice(1)],
    ["line", [...line({}), ""]],
  ])("%s in %j", (field, fields) => {
    expect(faultsOf(fields).map((fault) => fault.field)).toEqual([field]);
  });

  test("words that every object knows", () => {
    expect(faultsOf(line({ algorithm: "constructor" }))).toMatchObject([
      { field: "algorithm", problem: expect.stringContaining("is none of sha256") },
    ]);
    expect(readEntryLine([...line({}), "constructor"], ["revoked"])).toMatchObject({
      faults: [{ field: "revoked", problem: expect.stringContaining("is none of wrong-file") }],
    });
  });

  test.each(["sha256", "sha1", "md5"])("the %s of the empty file", (algorithm) => {
    const value = createHash(algorithm).digest("hex");
    expect(faultsOf(line({ algorithm, value, quality: "" }))).toMatchObject([{ field: "value" }]);
  });

  test.each([
    ["md5", "0".repeat(32), "one digit again and again"],
    ["sha256", "F".repeat(64), "one digit again and again"],
    ["sha1", "7".repeat(40), "one digit again and again"],
    ["pdq", "0".repeat(64), "one digit again and again"],
    ["pdq", `8001${"0".repeat(60)}`, "flat picture"],
    ["pdq", `${"f".repeat(58)}ff0fff`, "flat picture"],
    ["blockhash256", "f".repeat(64), "one digit again and again"],
  ])("%s %s", (algorithm, value, problem) => {
    const quality = algorithm === "pdq" ? "80" : "";
    expect(faultsOf(line({ algorithm, value, quality }))).toMatchObject([
      { field: "value", problem: expect.stringContaining(problem), reason: "REFUSED_REASON_MEANINGLESS" },
    ]);
    // It can be taken back, where an earlier release took it in.
    const [taken] = [readEntryLine([...line({ algorithm, value, quality }), "wrong-file"], ["revoked"])];
    expect(taken).toMatchObject({ entry: { revoked: "REVOCATION_CAUSE_WRONG_FILE" } });
  });

  test("a value by its beginning, which is enough to find it in the file", () => {
    expect(faultsOf(line({ algorithm: "md5", value: `${hex(31)}g`, quality: "" }))).toMatchObject([
      { field: "value", problem: '"01234567…" holds something else than hex digits', value: "01234567…" },
    ]);
  });

  test("every faulty field of a line, not the first alone", () => {
    const faults = faultsOf(line({ algorithm: "md4", quality: "x", votes: "-", scheme: "iwf" }));
    expect(faults.map((fault) => fault.field).toSorted()).toEqual(["algorithm", "code", "votes"]);
  });
});

test("whatever the fields: an entry or faults, and no fault repeats a hash", () => {
  const anything = fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-f]{32,64}$/), fc.constantFrom("pdq", "md5", "7"));
  fc.assert(
    fc.property(fc.array(anything, { minLength: 5, maxLength: 9 }), (fields) => {
      const read = readEntryLine(fields);
      if ("entry" in read) expect(fields.length).toBe(7);
      else expect(read.faults.length).toBeGreaterThan(0);
      const said = JSON.stringify("faults" in read ? read.faults.filter((f) => f.field === "value") : []);
      expect(said).not.toMatch(/[0-9a-f]{16}/);
    }),
  );
});

test("what is written as a line is read back as the same entry", () => {
  const digits: Record<Exclude<AlgorithmName, "VPDQ">, number> = {
    SHA256: 64,
    SHA1: 40,
    MD5: 32,
    PDQ: 64,
    BLOCKHASH256: 64,
  };
  const entries = fc
    .record({
      algorithm: fc.constantFrom(...(Object.keys(digits) as (keyof typeof digits)[])),
      seed: fc.stringMatching(/^[0-9a-f]{64}$/),
      quality: fc.nat({ max: 100 }),
      votes: fc.nat({ max: 1_000_000 }),
      classified: fc.boolean(),
    })
    .map(({ algorithm, seed, quality, votes, classified }) => ({
      algorithm,
      value: seed.slice(0, digits[algorithm]),
      quality: algorithm === "PDQ" ? quality : 0,
      scheme: classified ? "iwf" : "",
      code: classified ? "B" : "",
      votes,
      sourceId: "s",
    }));
  fc.assert(
    fc.property(entries, (entry) => {
      const { algorithm, value, quality, scheme, code, votes, sourceId } = entry;
      const written = [
        algorithm,
        value,
        algorithm === "PDQ" ? String(quality) : "",
        scheme,
        code,
        String(votes),
        sourceId,
      ];
      expect(readEntryLine(written)).toEqual({ entry });
    }),
  );
});
