import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog, MovableClock } from "@ntd/service";
import { afterAll, expect, test } from "vitest";
import { newTarget } from "./examples.ts";
import { countriesIn } from "../src/targets/countries.ts";
import { toTarget } from "../src/targets/publish.ts";

const dir = mkdtempSync(join(tmpdir(), "ntd-countries-"));
afterAll(() => rmSync(dir, { recursive: true }));
const file = (name: string, text: string) => {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
};
const v4 = file("v4.csv", "192.0.2.0,192.0.2.255,MY\n");
const v6 = file("v6.csv", "2001:db8::,2001:db8:ffff:ffff:ffff:ffff:ffff:ffff,NL\n");
const clock = new MovableClock();
const degraded = new Set<string>();
const health = { degrade: (cause: string, on = true) => void (on ? degraded.add(cause) : degraded.delete(cause)) };
const of = (...files: string[]) => countriesIn(files, { health, log: createLog("prober", "silent"), clock });

test("where it is hosted is told by the registries' word, in both families, and not where no row says so", () => {
  for (const files of [
    [v4, v6],
    [v6, v4],
  ]) {
    const told = ["192.0.2.7", "2001:db8::1", "::ffff:192.0.2.7", "198.51.100.1", ""].map(of(...files));
    expect(told).toEqual(["MY", "NL", "MY", undefined, undefined]);
  }
});

test("a published target says it; without files it says nothing", () => {
  const settings = { slotsRequired: 3, vantage: "main" };
  const target = newTarget({ resolvedIp: "192.0.2.7" });
  expect(toTarget(target, { ...settings, countryOf: of(v4) }).hostingCountry).toBe("MY");
  expect(toTarget(target, { ...settings, countryOf: of() })).not.toHaveProperty("hostingCountry");
});

test("files that cannot be read tell nothing for a minute, and are known once they can be", () => {
  const countryOf = of(file("bad.csv", "192.0.2.0,MY\n"));
  expect([countryOf("192.0.2.7"), [...degraded]]).toEqual([undefined, ["countries"]]);
  file("bad.csv", "192.0.2.0,192.0.2.255,MY\n");
  expect([countryOf("192.0.2.7"), [...degraded]]).toEqual([undefined, ["countries"]]);
  clock.advance(60_000);
  expect([countryOf("192.0.2.7"), [...degraded]]).toEqual(["MY", []]);
});
