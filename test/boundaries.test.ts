import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const files = (pattern: string) => globSync(pattern, { cwd: root }).filter((f) => !f.includes("node_modules"));
const text = (file: string) => readFileSync(join(root, file), "utf8");

interface Package {
  name: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}
const packages = files("{proto,scripts,test,libs/*,services/*}/package.json").map((file) => ({
  folder: file.replace("/package.json", ""),
  ...(JSON.parse(text(file)) as Package),
}));
const folderOf = new Map(packages.map((p) => [p.name, p.folder]));

// Imports point down: a package may depend on what stands in a row above its own.
const rows = [
  ["proto"],
  ["libs/service", "libs/net", "libs/imagehash", "libs/hammingindex", "libs/sandbox", "libs/xml"],
  ["libs/store", "libs/facts", "libs/schemes", "libs/address", "libs/wayout"],
  ["libs/bus", "libs/rpc"],
  ["libs/host"],
  ["libs/embedded"],
  ["libs/testing"],
];
const rowOf = (folder: string) => {
  const row = rows.findIndex((folders) => folders.includes(folder));
  if (row >= 0) return row;
  if (folder.startsWith("services/")) return rows.length;
  return folder === "scripts" ? rows.length + 1 : rows.length + 2;
};

test("every package depends only on packages below it, and no service on another", () => {
  const upward = packages.flatMap(({ folder, dependencies = {} }) =>
    Object.keys(dependencies)
      .map((name) => folderOf.get(name))
      .filter((other) => other !== undefined && rowOf(other) >= rowOf(folder))
      .map((other) => `${folder} -> ${other}`),
  );
  expect(upward).toEqual([]);
  expect(packages.length).toBeGreaterThan(15);
});

test("the testing library is for tests alone", () => {
  const users = files("{libs,services,scripts}/**/*.ts").filter(
    (f) =>
      /\/src\//.test(f) &&
      !f.startsWith("libs/testing/") &&
      !f.endsWith(".test.ts") &&
      text(f).includes('"@ntd/testing"'),
  );
  expect(users).toEqual([]);
});

test("each third-party library is imported by one package", () => {
  const users = new Map<string, Set<string>>();
  for (const file of files("{libs,services}/*/src/**/*.ts")) {
    const folder = file.split("/").slice(0, 2).join("/");
    if (folder === "libs/testing" || file.endsWith(".test.ts")) continue;
    for (const [, name = ""] of text(file).matchAll(/from "((?:@[^/"]+\/)?[^./"][^/"]*)/g)) {
      if (name.startsWith("node:") || name.startsWith("@ntd/")) continue;
      users.set(name, (users.get(name) ?? new Set()).add(folder));
    }
  }
  const shared = [...users]
    .filter(([, folders]) => folders.size > 1)
    .map(([name, folders]) => `${name}: ${[...folders].join(", ")}`);
  expect(shared).toEqual([]);
  expect([...users.keys()]).toContain("mongodb");
});

// A domain file decides: a pure test imports it, and it has no name of an edge.
const edges = /\/(rpc-|on-|every-|main|service|config|store|publish|access|metrics|index)|\/test\//;
const domainFiles = [
  ...new Set(
    files("{services/*,libs/facts,libs/address}/src/**/*.test.ts")
      .filter((f) => !/services\/(fingerprint|icse-link|isp-agent)\//.test(f))
      .flatMap((f) => [...text(f).matchAll(/from "(\.\.?\/[^"]+)"/g)].map(([, name]) => join(dirname(f), name ?? "")))
      .filter((f) => !edges.test(f)),
  ),
];

test.each(domainFiles)("%s is pure: no clock, no chance, no waiting, no input or output", (file) => {
  const source = text(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
  expect(source).not.toMatch(/new Date\(\)|Date\.now|Math\.random|\bawait\b|performance\.now/);
  const values = [...source.matchAll(/import (?!type)[^;]*? from "([^"]+)"/g)].map(([, from = ""]) => from);
  expect(
    values.filter((from) => /^node:(?!buffer$|crypto$|util$|net$|url$)|^@ntd\/(bus|host|rpc|store)/.test(from)),
  ).toEqual([]);
});

test("each service's main.ts is under 25 lines and has a README of one screen", () => {
  for (const folder of packages.map((p) => p.folder).filter((f) => f.startsWith("services/"))) {
    expect(text(`${folder}/src/main.ts`).split("\n").length, folder).toBeLessThan(25);
    const lines = text(`${folder}/README.md`).split("\n").length;
    expect(lines, `${folder}/README.md`).toBeGreaterThan(10);
    expect(lines, `${folder}/README.md`).toBeLessThan(90);
  }
});

test("a service takes the time from the clock that it was given", () => {
  const own = files("services/*/src/**/*.ts").filter((f) => !f.endsWith(".test.ts"));
  expect(own.filter((f) => /new Date\(\)|Date\.now/.test(text(f)))).toEqual([]);
  expect(own.length).toBeGreaterThan(100);
});

// "every-<period>-<verb>.ts": a moment is less than a second.
const periods: Record<string, (ms: number) => boolean> = {
  moment: (ms) => ms > 0 && ms < 1000,
  second: (ms) => ms === 1000,
  "two-seconds": (ms) => ms === 2000,
  minute: (ms) => ms === 60_000,
  hour: (ms) => ms === 3_600_000,
};
const clockwork = files("services/*/src/**/every-*.ts").filter((f) => !f.endsWith(".test.ts"));

test.each(clockwork)("%s runs as often as its name says", (file) => {
  const name = /every-(.+)-[a-z]+(?:-[a-z]+)*\.ts$/.exec(file)?.[0] ?? "";
  const period = Object.keys(periods).find((known) => name.startsWith(`every-${known}-`));
  const exact = /^every-(\d+)ms-/.exec(name)?.[1];
  const source = text(file);
  const [, given = ""] = /start(?:Loop|ByConnector)\(\s*"[^"]+",\s*([\w.]+)/.exec(source) ?? [];
  const value = /^[\d_]+$/.test(given) ? given : (new RegExp(`const ${given} = ([\\d_]+)`).exec(source)?.[1] ?? "");
  const ms = Number(value.replaceAll("_", ""));
  if (exact !== undefined) expect(ms).toBe(Number(exact));
  else expect(period !== undefined && periods[period]?.(ms), `${file}: ${ms} ms`).toBe(true);
});

test("the top level is exactly what the layout says", () => {
  const entries = globSync("*", { cwd: root }).filter((f) => f !== "node_modules" && !f.endsWith(".md"));
  expect(entries.toSorted()).toEqual(
    [
      "LICENSE",
      "deploy",
      "libs",
      "nx.json",
      "package-lock.json",
      "package.json",
      "proto",
      "scripts",
      "services",
      "test",
      "tsconfig.base.json",
    ].toSorted(),
  );
});
