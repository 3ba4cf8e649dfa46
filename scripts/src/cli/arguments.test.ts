import { Algorithm } from "@ntd/proto/common/v1/common";
import { Verdict } from "@ntd/proto/casework/v1/case";
import { assert, integer, property } from "fast-check";
import { InvalidArgumentError } from "commander";
import { describe, expect, test } from "vitest";
import { classifications, fingerprints, instant, positiveNumber, several, wholeNumber } from "./arguments.ts";
import { choice, choices, wordOf } from "./words.ts";

describe("numbers", () => {
  test("every whole number that fits is read back", () => {
    assert(property(integer({ min: 0, max: 2 ** 32 - 1 }), (n) => wholeNumber(String(n)) === n));
  });

  test.each(["", "-1", "1.5", "1e3", " 1", "0x10", "4294967296", "99999999999", "NaN"])("%j is none", (text) => {
    expect(() => wholeNumber(text)).toThrow(InvalidArgumentError);
  });

  test("0 is no positive number", () => {
    expect(() => positiveNumber("0")).toThrow(InvalidArgumentError);
    expect(positiveNumber("1")).toBe(1);
  });
});

describe("instants", () => {
  test.each([
    ["2030-01-31", "2030-01-31T00:00:00.000Z"],
    ["2030-01-31T12:00:00Z", "2030-01-31T12:00:00.000Z"],
    ["2030-01-31T12:00:00.5+08:00", "2030-01-31T04:00:00.500Z"],
  ])("%s is %s", (text, iso) => {
    expect(instant(text).toISOString()).toBe(iso);
  });

  // A time of day without its zone would depend on the machine.
  test.each(["", "yesterday", "2030", "2030-13-01", "2030-01-31T12:00:00", "31.1.2030"])("%j is none", (text) => {
    expect(() => instant(text)).toThrow(InvalidArgumentError);
  });
});

describe("days", () => {
  test.each(["2026-02-31", "2026-02-29", "2030-04-31T12:00:00Z", "2030-06-31T00:00:00+08:00"])(
    "%s does not exist",
    (text) => {
      expect(() => instant(text)).toThrow("There is no such day.");
    },
  );

  test("a leap day exists", () => {
    expect(instant("2028-02-29").toISOString()).toBe("2028-02-29T00:00:00.000Z");
  });
});

describe("what may be given several times", () => {
  test("is kept in order", () => {
    expect(several("b", several("a"))).toEqual(["a", "b"]);
    expect(classifications("iwf:2024:B", classifications("intl:1:A1"))).toEqual([
      { scheme: "intl", version: "1", code: "A1" },
      { scheme: "iwf", version: "2024", code: "B" },
    ]);
    expect(fingerprints("md5:00", fingerprints("pdq:ff"))).toEqual([
      { algorithm: Algorithm.PDQ, hex: "ff" },
      { algorithm: Algorithm.MD5, hex: "00" },
    ]);
  });

  test.each(["md5", "md5:", "crc:00", "md5:00:11", "constructor:00"])("%s is no fingerprint", (text) => {
    expect(() => fingerprints(text)).toThrow("sha256, sha1, md5, pdq, blockhash256");
  });

  test.each(["", "a:b", ":1:x", "a:1:", "a:1:b:c"])("%j is no classification", (text) => {
    expect(() => classifications(text)).toThrow(InvalidArgumentError);
  });
});

describe("words of an enum", () => {
  const verdict = choice("--verdict <word>", "what it is", Verdict);
  const parse = (word: string) => verdict.parseArg?.(word, undefined as unknown);

  test("every value has a word and the word gives the value", () => {
    const values = Object.values(Verdict).filter((v) => v !== Verdict.UNSPECIFIED && v !== "UNRECOGNIZED");
    expect(values.map((v) => parse(wordOf(Verdict, v)))).toEqual(values);
    expect(parse("not-illegal")).toBe(Verdict.NOT_ILLEGAL);
  });

  test.each(["", "unspecified", "unrecognized", "ILLEGAL", "guilty"])(
    "%j is refused with the words there are",
    (word) => {
      expect(() => parse(word)).toThrow("It is none of illegal, not-illegal, out-of-scope.");
    },
  );

  test("several are kept in order, a value of a newer release is shown as such", () => {
    const option = choices("--verdict <word>", "what it is", Verdict);
    const first = option.parseArg?.("illegal", undefined as unknown);
    expect(option.parseArg?.("out-of-scope", first)).toEqual([Verdict.ILLEGAL, Verdict.OUT_OF_SCOPE]);
    expect([wordOf(Verdict, "UNRECOGNIZED"), wordOf(Verdict, Verdict.UNSPECIFIED)]).toEqual(["unrecognized", ""]);
  });
});
