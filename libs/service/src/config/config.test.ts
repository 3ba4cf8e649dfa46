import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readConfig, type ConfigReader } from "./config.ts";
import { Problem } from "../problem/problem.ts";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(`${tmpdir()}/ntd-config-`);
});
afterAll(() => rmSync(dir, { recursive: true }));

function faultsOf(
  environment: Record<string, string>,
  read: (own: ConfigReader, shared: ConfigReader) => object,
): string[] {
  try {
    readConfig("INTAKE", environment, read);
    return [];
  } catch (error) {
    expect(error).toMatchObject({ reason: "CONFIG_INVALID" });
    return Problem.from(error).message.split("\n").slice(1);
  }
}

test("settings are read by prefix, with defaults, and frozen", () => {
  const environment = {
    INTAKE_NAME: "a",
    INTAKE_PORT: "80",
    NTD_LEVEL: "info",
    INTAKE_LIST: "x, y,,",
    INTAKE_DIR: dir,
  };
  const config = readConfig("INTAKE", environment, (own, shared) => ({
    name: own.text("NAME"),
    port: own.integer("PORT", { max: 65_535 }),
    retries: own.integer("RETRIES", { fallback: 3 }),
    level: shared.choice("LEVEL", ["debug", "info"]),
    list: own.list("LIST"),
    none: own.list("NONE"),
    dir: own.path("DIR"),
  }));
  expect(config).toEqual({ name: "a", port: 80, retries: 3, level: "info", list: ["x", "y"], none: [], dir });
  expect(Object.isFrozen(config)).toBe(true);
});

test("all faults are named at once, each with its setting", () => {
  const environment = { INTAKE_PORT: "0x50", NTD_LEVEL: "loud", INTAKE_DIR: `${dir}/absent`, INTAKE_COUNT: "9" };
  const faults = faultsOf(environment, (own, shared) => {
    own.fault("NAME", "and PORT exclude each other");
    return {
      name: own.text("NAME"),
      port: own.integer("PORT", {}),
      count: own.integer("COUNT", { min: 10 }),
      level: shared.choice("LEVEL", ["debug", "info"]),
      dir: own.path("DIR"),
    };
  });
  expect(faults).toEqual([
    "  INTAKE_NAME: and PORT exclude each other",
    "  INTAKE_NAME: is missing; set it",
    expect.stringMatching(/^ {2}INTAKE_PORT: "0x50" is not a whole number from 0/),
    expect.stringMatching(/^ {2}INTAKE_COUNT: "9" is not a whole number from 10/),
    '  NTD_LEVEL: "loud" is none of debug, info',
    "  INTAKE_DIR: names a file or folder that does not exist",
  ]);
});

test("an unknown setting of the own prefix is refused, others are not its business", () => {
  const environment = { INTAKE_NAME: "a", INTAKE_NAEM: "b", NTD_WHATEVER: "c", PATH: "d" };
  expect(faultsOf(environment, (own) => ({ name: own.text("NAME") }))).toEqual([
    "  INTAKE_NAEM: unknown setting; remove it or mend its name",
  ]);
});

test("an empty value counts as unset", () => {
  expect(faultsOf({ INTAKE_NAME: "" }, (own) => ({ name: own.text("NAME") }))).toEqual([
    "  INTAKE_NAME: is missing; set it",
  ]);
  expect(readConfig("INTAKE", { INTAKE_NAME: "" }, (own) => ({ name: own.text("NAME", "b") }))).toEqual({ name: "b" });
});

test.each(["1.5", "1e3", " 5", "five", "-1", "99999999999999999999"])("%j is no whole number", (text) => {
  expect(faultsOf({ INTAKE_PORT: text }, (own) => ({ port: own.integer("PORT", {}) }))).toHaveLength(1);
});

test.each([
  ["30d", 30 * 86_400_000],
  ["12h", 43_200_000],
  ["5m", 300_000],
  ["90s", 90_000],
])("%s is a length of time", (text, ms) => {
  const read = (environment: Record<string, string>) =>
    readConfig("INTAKE", environment, (own) => ({ keep: own.duration("KEEP", "1d") })).keep;
  expect([read({ INTAKE_KEEP: text }), read({})]).toEqual([ms, 86_400_000]);
});

test.each(["30", "d", "0d", "1.5h", "-1d", "5 m", "1w"])("%j is no length of time", (text) => {
  expect(faultsOf({ INTAKE_KEEP: text }, (own) => ({ keep: own.duration("KEEP", "1d") }))).toEqual([
    expect.stringContaining("is no length of time such as 30d"),
  ]);
});
