import { anything, array, assert, bigInt, date, property, record, uint8Array } from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonItems, listing, spoken, table, toJson, words } from "./output.ts";

const duration = (seconds: number) => ({
  seconds: BigInt(Math.floor(seconds)),
  nanos: Math.round((seconds % 1) * 1e9),
});

describe("JSON", () => {
  test("of a list that comes in pages is that of the whole list", () => {
    assert(
      property(array(array(record({ of: anything() }), { maxLength: 3 }), { maxLength: 4 }), (pages) => {
        let [text, count] = ["", 0];
        for (const page of pages) {
          text += jsonItems(page, count === 0);
          count += page.length;
        }
        expect(count === 0 ? "[]" : `${text}\n]`).toBe(toJson(pages.flat()));
      }),
    );
  });

  test("has dates as ISO 8601, bytes as hex, bigints as text, durations in seconds, a oneof as its field", () => {
    const value = {
      at: new Date(Date.UTC(2030, 0, 31)),
      bytes: Uint8Array.of(0, 255),
      count: 2n ** 63n,
      took: duration(3.5),
      value: { $case: "count", value: 3n },
      list: [1n, undefined],
      gone: undefined,
    };
    expect(JSON.parse(toJson(value))).toEqual({
      at: "2030-01-31T00:00:00.000Z",
      bytes: "00ff",
      count: "9223372036854775808",
      took: "3.5s",
      value: { count: "3" },
      list: ["1", null],
    });
  });

  test.each<[bigint, number, string]>([
    [0n, 0, "0s"],
    [3n, 500_000_000, "3.5s"],
    [0n, 1, "0.000000001s"],
    [-1n, -500_000_000, "-1.5s"],
    [0n, -1_000_000, "-0.001s"],
    [315_576_000_000n, 999_999_999, "315576000000.999999999s"],
  ])("a duration of %d s and %d ns is %s, exactly", (seconds, nanos, text) => {
    expect(JSON.parse(toJson({ seconds, nanos }))).toBe(text);
  });

  test("drives no terminal, and is the same JSON", () => {
    const answer = { "na\u009bme": ["\u001b[2J\u009b31m\u202eexe\u007f", "line\nline", "\u2066kept\u00e9"] };
    const json = toJson(answer);
    expect(json).not.toMatch(/[^\n\P{Cc}]|\p{Bidi_Control}/u);
    expect(JSON.parse(json)).toEqual(answer);
  });

  test("never fails, whatever an answer holds", () => {
    const answer = record({ a: anything({ withBigInt: true, withDate: false }), b: bigInt(), c: uint8Array() });
    assert(property(answer, date({ noInvalidDate: true }), (a, d) => void JSON.parse(toJson({ ...a, d }))));
  });
});

describe("a duration as people say it", () => {
  test.each([
    [0, "0 ms"],
    [0.8504, "850 ms"],
    [12.54, "12.5 s"],
    [60, "1 min"],
    [200, "3 min 20 s"],
    [7500, "2 h 5 min"],
    [86_400 * 4 + 3700, "4 d 1 h"],
  ])("%d s is %s", (seconds, words) => {
    expect(spoken(duration(seconds))).toBe(words);
  });
});

describe("for people", () => {
  test("a listing shows what is below each other so, and what somebody wrote drives no terminal", () => {
    expect(listing({ names: { below: ["a", "b\nc"] }, none: { below: [] }, one: "x\ny", list: ["p", "q"] })).toBe(
      "names  a\n       b?c\none    x?y\nlist   p, q",
    );
    expect(words("one\r\ntwo\u001b[2J", "  ")).toBe("  one\n  two?[2J");
  });

  test("a table has a head and one line for each row", () => {
    const rows = [
      ["a", 1n, new Date(0)],
      ["bb", undefined, ["x", "y"]],
    ];
    expect(table(["name", "count", "when"], rows)).toBe(
      ["name  count  when", "a     1      1970-01-01T00:00:00.000Z", "bb           x, y"].join("\n"),
    );
  });

  test("a table without rows says so", () => {
    expect(table(["name"], [], "no case waits")).toBe("no case waits");
  });

  test("a listing leaves out what is empty", () => {
    expect(listing({ case: "1", claimed: "", until: undefined, reports: 0 })).toBe("case     1\nreports  0");
  });

  test("text of others cannot drive the terminal", () => {
    const hostile = "\u001b[2Jgone\r\n\u202Eexe";
    expect(listing({ address: hostile })).toBe("address  ?[2Jgone???exe");
    expect(table(["a"], [[hostile]])).toBe("a\n?[2Jgone???exe");
  });
});
