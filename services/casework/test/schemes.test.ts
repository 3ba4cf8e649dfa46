import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countriesIn } from "@ntd/facts";
import { parseData } from "@ntd/service";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readSchemes } from "../src/schemes/read-schemes.ts";
import { schemeFaults } from "../src/schemes/schemes.ts";

const shipped = new URL("../../../deploy/schemes", import.meta.url).pathname;
const said = (scheme: string, code: string, version = "1") => ({ scheme, version, code });

describe("the schemes that come with the platform", () => {
  const schemes = readSchemes(shipped, "national-example");

  test("are read; the placeholder says that it is one", () => {
    expect(schemes.all.map(({ scheme }) => scheme)).toEqual([
      "interpol-baseline",
      "national-example",
      "universal-placeholder",
    ]);
    expect(schemes.all.at(-1)?.title).toMatch(/placeholder/);
  });

  test("what all countries agree on is named as these schemes do: else no record would ever say BASELINE", () => {
    const countries = new URL("../../../deploy/policy/countries.yaml", import.meta.url);
    const { baseline } = parseData(readFileSync(countries, "utf8"), "countries.yaml", countriesIn);
    const codes = [...baseline].flatMap(([scheme, named]) => [...named].map((code) => said(scheme, code)));
    expect(codes).toEqual([said("interpol-baseline", "BASELINE")]);
    expect(schemeFaults(schemes, codes, false)).toEqual([]);
  });

  test("an illegal decision names a code of the national one that is illegal; others name none", () => {
    expect(
      schemeFaults(schemes, [said("national-example", "A1"), said("interpol-baseline", "BASELINE")], true),
    ).toEqual([]);
    expect(schemeFaults(schemes, [], false)).toEqual([]);
    for (const codes of [[], [said("interpol-baseline", "BASELINE")], [said("national-example", "N1")]]) {
      expect(schemeFaults(schemes, codes, true)).toMatchObject([
        { field: "classifications", description: expect.stringContaining("A1, A2") },
      ]);
    }
  });

  test("each code is one of its scheme and version, whatever is decided", () => {
    const wrong = [said("national-example", "Z9"), said("national-example", "A1", "2"), said("mine", "A1")];
    expect(schemeFaults(schemes, wrong, false)).toEqual([
      { field: "classifications[0]", description: '"Z9" is no code of national-example 1' },
      {
        field: "classifications[1]",
        description: '"national-example 2" is none of interpol-baseline 1, national-example 1, universal-placeholder 0',
      },
      { field: "classifications[2]", description: expect.stringContaining('"mine 1" is none of') },
    ]);
  });

  test("without a national one none is demanded; without any nothing is checked", () => {
    expect(schemeFaults(readSchemes(shipped, ""), [], true)).toEqual([]);
    expect(schemeFaults(readSchemes("", ""), [said("mine", "x")], true)).toEqual([]);
  });
});

describe("a start is refused", () => {
  let dir: string;
  beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), "ntd-schemes-"))));
  afterEach(() => rmSync(dir, { recursive: true }));
  const scheme = "scheme: a\nversion: '1'\ntitle: t\ncodes:\n  - { code: X, title: x, illegal: false }\n";

  test("for a folder, a national scheme or a code that is not there or is wrong", () => {
    expect(() => readSchemes(join(dir, "nowhere"), "")).toThrow("no folder");
    expect(() => readSchemes("", "national")).toThrow('CASEWORK_NATIONAL_SCHEME "national" is no scheme');
    writeFileSync(join(dir, "a.yaml"), scheme);
    expect(() => readSchemes(dir, "a")).toThrow("with a code for what is illegal");
    writeFileSync(join(dir, "b.yaml"), scheme);
    expect(() => readSchemes(dir, "")).toThrow("two files of one scheme");
    writeFileSync(join(dir, "b.yaml"), "scheme: b\ncodes: [{ code: X, illegal: maybe }, 7]\n");
    expect(() => readSchemes(dir, "")).toThrow(/codes\[0\]\.illegal is neither(.|\n)*version is missing/);
    const twice = "scheme: b\nversion: '1'\ntitle: t\ncodes: [{ code: X, title: x, illegal: true }";
    writeFileSync(join(dir, "b.yaml"), `${twice}, { code: X, title: y, illegal: false }]\n`);
    expect(() => readSchemes(dir, "")).toThrow("name one code twice");
  });
});
