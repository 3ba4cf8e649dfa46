import fc from "fast-check";
import { Schemes } from "@ntd/schemes";
import { describe, expect, test } from "vitest";
import { NO_SCHEME } from "../formats/list-record.ts";
import { EntryClasses } from "./entry-classes.ts";

const scheme = (name: string, codes: string[], change: object = {}) => ({
  scheme: name,
  version: "1",
  title: name,
  source: "",
  isForLists: true,
  codes: codes.map((code) => ({ code, title: code, isIllegal: true })),
  ...change,
});
const schemes = new Schemes(
  [scheme("ncmec", ["A1", "B2"]), scheme("vics-us", ["1", "2"], { unverified: "hearsay" }), scheme("grades", ["1"])],
  "",
  [],
);
const of = (name: string, code: string, ofSet = "") => new EntryClasses(schemes, ofSet).of({ scheme: name, code });

describe("the class of an entry", () => {
  test("of a known scheme has one of its codes, or is refused", () => {
    expect(of("ncmec", "A1")).toEqual({ scheme: "ncmec" });
    expect(of("ncmec", "a1")).toEqual({ scheme: "ncmec", problem: '"a1" is no code of ncmec; it takes A1, B2' });
  });

  test("of a scheme of which nobody has seen the document is kept, and that is said", () => {
    expect(of("vics-us", "7")).toEqual({
      scheme: "vics-us",
      remark: expect.stringContaining('"7" is no code of vics-us; it takes 1, 2, as far as is known'),
    });
    const remark = "what classes of vics-us stand for is not verified: hearsay";
    expect(of("vics-us", "2")).toEqual({ scheme: "vics-us", remark });
  });

  test("of a scheme that is not known is kept, and that is said", () => {
    expect(of("national", "x")).toEqual({ scheme: "national", remark: expect.stringContaining('"national"') });
  });

  test("without a scheme has that of its set's terms, where that is known", () => {
    expect(of(NO_SCHEME, "1", "grades")).toEqual({ scheme: "grades" });
    expect(of(NO_SCHEME, "2", "grades")).toMatchObject({ problem: '"2" is no code of grades; it takes 1' });
    expect(of(NO_SCHEME, "2", "ours")).toEqual({ scheme: NO_SCHEME, remark: expect.stringContaining('"ours"') });
    expect(of(NO_SCHEME, "2")).toEqual({ scheme: NO_SCHEME, remark: expect.stringContaining("terms name none") });
    // A list that names one keeps it.
    expect(of("ncmec", "A1", "grades")).toEqual({ scheme: "ncmec" });
  });

  test("is shown in part where it is a hash that got into another column", () => {
    const hash = "0123456789abcdef".repeat(4);
    expect(of("ncmec", hash).problem).not.toContain("89abcdef");
    expect(of(hash, "1").remark).not.toContain("89abcdef");
  });

  test("is left alone where there is none, and where no scheme is configured", () => {
    expect(of("", "")).toEqual({ scheme: "" });
    const none = new EntryClasses(new Schemes([], "", []), "grades");
    expect(none.of({ scheme: NO_SCHEME, code: "1" })).toEqual({ scheme: NO_SCHEME });
    expect(none.of({ scheme: "ncmec", code: "Z" })).toEqual({ scheme: "ncmec" });
  });
});

test("whatever a list says, it is never made into another scheme's code, and a fault has no remark beside it", () => {
  const names = fc.oneof(fc.constantFrom("ncmec", "vics-us", "grades", NO_SCHEME, "x"), fc.string());
  fc.assert(
    fc.property(names, fc.string(), names, (name, code, ofSet) => {
      const read = of(name, code, ofSet);
      expect([name, name === NO_SCHEME ? ofSet : name]).toContain(read.scheme);
      expect(read.problem !== undefined && read.remark !== undefined).toBe(false);
      if (read.problem !== undefined) expect(schemes.has(read.scheme)).toBe(true);
    }),
  );
});
