import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Problem } from "@ntd/service";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { schemeFaults } from "./faults.ts";
import { readSchemes } from "./read-schemes.ts";
import { keyOf } from "./schemes.ts";

const shipped = new URL("../../../deploy/schemes", import.meta.url).pathname;
const said = (scheme: string, code: string, version = "1") => ({ scheme, version, code });

const VICS = ["vics", "vics-au", "vics-ca", "vics-custom", "vics-default", "vics-uk", "vics-us"];

describe("the schemes that come with the platform", () => {
  const schemes = readSchemes(shipped, "national-example", "CASEWORK");

  test("are read; what nobody should rely on says so", () => {
    const names = (isOf: (one: (typeof schemes.all)[number]) => boolean) =>
      schemes.all.filter(isOf).map(({ scheme }) => scheme);
    const [examples, lists] = [["national-example"], ["copine", ...VICS]];
    const all = ["iccam", "interpol-baseline", "iwf", "ncmec", "universal-placeholder", ...examples, ...lists];
    expect(names(() => true).toSorted()).toEqual(all.toSorted());
    expect(names(({ isForLists }) => isForLists).toSorted()).toEqual(lists);
    expect(names(({ unverified }) => unverified !== undefined).toSorted()).toEqual(["universal-placeholder", ...VICS]);
    expect(names(({ source, unverified }) => source === "" && unverified === undefined)).toEqual(examples);
  });

  test("say of each other what is marked; A2 and B, B2 and C are never said for each other", () => {
    expect(schemes.neighbours.length).toBeGreaterThan(30);
    const sure = schemes.neighbours.filter(({ unverified }) => unverified === undefined);
    expect(sure.map((one) => `${keyOf(one.of)} ${keyOf(one.neighbour)}`).toSorted()).toEqual([
      "iccam:1:BASELINE interpol-baseline:1:BASELINE",
      "interpol-baseline:1:BASELINE iccam:1:BASELINE",
    ]);
    const between = schemes.neighbours.filter(({ of, neighbour }) =>
      ["iwf", "ncmec"].every((scheme) => [of.scheme, neighbour.scheme].includes(scheme)),
    );
    expect(between.length).toBeGreaterThan(10);
    expect(new Set(between.map(({ relation }) => relation))).toEqual(new Set(["CLASSIFICATION_RELATION_RELATED"]));
    const pairs = new Set(between.map(({ of, neighbour }) => `${of.code} ${neighbour.code}`));
    expect([pairs.has("A2 B"), pairs.has("B A2")]).toEqual([false, false]);
  });

  test("numbers of which nobody has published what they stand for are beside no other code, and hurry nothing", () => {
    const nowhere = VICS.filter((scheme) => !["vics-uk", "vics-us"].includes(scheme));
    for (const code of ["1", "2", "3"]) {
      expect(nowhere.flatMap((scheme) => schemes.neighboursOf(said(scheme, code)))).toEqual([]);
      expect(nowhere.map((scheme) => schemes.urgencyOf(said(scheme, code)))).toEqual(nowhere.map(() => undefined));
    }
    expect(schemes.listed({ scheme: "vics-ca", code: "1" })).toEqual({
      is: "known",
      unverified: "what Canada's numbers stand for is told to law enforcement and vendors alone",
    });
  });

  test("no decision names a number of VICS, whatever its country", () => {
    const faults = schemeFaults(
      schemes,
      VICS.map((scheme) => said(scheme, "1")),
      false,
    );
    expect(faults.map(({ description }) => description)).toEqual(
      VICS.map((scheme) => `${scheme} 1 is for lists; a decision names a code of another scheme`),
    );
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

  test("each code is one of its scheme and version, whatever is decided, and none of lists alone", () => {
    const wrong = [said("national-example", "Z9"), said("ncmec", "A1", "2"), said("free text", "bad")];
    expect(schemeFaults(schemes, [...wrong, said("vics-us", "1")], false)).toEqual([
      { field: "classifications[0]", description: '"Z9" is no code of national-example 1' },
      {
        field: "classifications[1]",
        description:
          '"ncmec 2" is none of iccam 1, interpol-baseline 1, iwf 2014, national-example 1, ncmec 1, universal-placeholder 0',
      },
      { field: "classifications[2]", description: expect.stringContaining('"free text 1" is none of') },
      { field: "classifications[3]", description: "vics-us 1 is for lists; a decision names a code of another scheme" },
    ]);
  });

  test("without a national one none is demanded; without any nothing is checked", () => {
    expect(schemeFaults(readSchemes(shipped, "", "CASEWORK"), [], true)).toEqual([]);
    expect(schemeFaults(readSchemes("", "", "CASEWORK"), [said("mine", "x")], true)).toEqual([]);
  });
});

describe("a start is refused", () => {
  let dir: string;
  beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), "ntd-schemes-"))));
  afterEach(() => rmSync(dir, { recursive: true }));
  const scheme = (name: string) =>
    `scheme: ${name}\nversion: '1'\ntitle: t\ncodes:\n  - { code: X, title: x, illegal: false }\n  - { code: Y, title: y, illegal: false }\n`;
  const put = (name: string, text: string) => writeFileSync(join(dir, name), text);
  const read = (national = "") => readSchemes(dir, national, "CASEWORK");
  const walk = (...rows: string[]) => {
    mkdirSync(join(dir, "crosswalk"), { recursive: true });
    put("crosswalk/w.yaml", `source: s\nmappings:\n${rows.map((row) => `  - { ${row} }\n`).join("")}`);
  };
  const refusal = () => {
    try {
      read();
      return "";
    } catch (error) {
      return Problem.from(error).message;
    }
  };

  test("for a folder, a national scheme or a code that is not there or is wrong", () => {
    expect(() => readSchemes(join(dir, "nowhere"), "", "CASEWORK")).toThrow("CASEWORK_SCHEMES_DIR is no folder");
    expect(() => readSchemes("", "law", "CASEWORK")).toThrow('CASEWORK_NATIONAL_SCHEME "law" is no scheme');
    put("a.yaml", scheme("a"));
    expect(() => read("a")).toThrow("with a code for what is illegal");
    put("b.yaml", scheme("a"));
    expect(read).toThrow("two files of one scheme");
    put("b.yaml", "scheme: b\ncodes: [{ code: X, illegal: maybe }, 7]\n");
    expect(read).toThrow(/codes\[0\]\.illegal is neither(.|\n)*version is missing/);
    const twice = "scheme: b\nversion: '1'\ntitle: t\ncodes: [{ code: X, title: x, illegal: true }";
    put("b.yaml", `${twice}, { code: X, title: y, illegal: false }]\n`);
    expect(read).toThrow("name one code twice");
    put("b.yaml", `${twice}, { code: "Y:Z", title: y, illegal: true, urgency: 4, more: 1 }]\nlist_only: true\n`);
    expect(read).toThrow(/list_only is unknown(.|\n)*\.more is unknown(.|\n)*no whole number from 0(.|\n)*without ":"/);
  });

  test("naming what is wrong in all files at once", () => {
    put("a.yaml", "scheme: a\n");
    put("b.yaml", "codes: [");
    walk("from: a:1:X, to: b, relation: same, loses: [everything]");
    const said = refusal();
    for (const part of ["a.yaml is not valid", "b.yaml is no YAML", "crosswalk/w.yaml is not valid"])
      expect(said).toContain(part);
    for (const part of ['to is "b", and no "scheme:version:code"', 'relation is "same"', 'loses[0] is "everything"'])
      expect(said).toContain(part);
  });

  test("for what codes cannot say of each other", () => {
    for (const name of ["a", "b"]) put(`${name}.yaml`, scheme(name));
    walk(
      "from: a:1:X, to: b:1:Z, relation: equal",
      "from: a:1:X, to: a:1:Y, relation: equal",
      "from: a:1:X, to: b:1:X, relation: broader, loses: [act]",
      "from: b:1:X, to: a:1:X, relation: related, loses: [age]",
      "from: a:1:Y, to: b:1:Y, relation: equal",
      "from: a:1:Y, to: b:1:Y, relation: equal",
    );
    expect(refusal().split("\n")).toEqual([
      expect.stringContaining("CASEWORK_SCHEMES_DIR/crosswalk: b:1:Z is no code of any scheme"),
      expect.stringContaining("a:1:X to a:1:Y stays within one scheme and version"),
      expect.stringContaining("b:1:X to a:1:X says something else than a:1:X to b:1:X"),
      expect.stringContaining("a:1:Y to b:1:Y is said twice"),
    ]);
    walk("from: a:1:X, to: b:1:X, relation: equal, loses: [act]", "from: a:1:Y, to: b:1:Y, relation: related");
    expect(refusal()).toMatch(/what is equal loses nothing(.|\n)*what is not equal loses something/);
    walk("from: a:1:X, to: b:1:X, relation: equal");
    expect(read().neighbours).toHaveLength(1);
  });
});
