import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { foldersAbove, layoutOf, sharedLibraries } from "./layout.ts";
import { packageFiles } from "./package-files.ts";

const dir = mkdtempSync(join(tmpdir(), "ntd-layout-"));
afterAll(() => rmSync(dir, { recursive: true }));

const put = (path: string, text = "") => {
  mkdirSync(join(dir, path, ".."), { recursive: true });
  writeFileSync(join(dir, path), text);
  return join(dir, path);
};

test("a link to a folder stays one, beside what it leads to; nothing within a folder is mounted again", () => {
  const file = put("lib/a/index.js");
  mkdirSync(join(dir, "node_modules"));
  symlinkSync("../lib/a", join(dir, "node_modules/a"));
  expect(layoutOf([join(dir, "node_modules/a"), file, join(dir, "lib/a")])).toEqual([
    { kind: "link", path: join(dir, "node_modules/a"), target: "../lib/a" },
    { kind: "folder", path: join(dir, "lib/a") },
  ]);
  const above = foldersAbove([{ kind: "file", path: "/x/y/z" }]);
  expect(above).toEqual(["/x", "/x/y"]);
});

test("a package brings what it depends on, and no optional one that is not there", () => {
  const manifest = (name: string, rest: object) => put(`p/node_modules/${name}/package.json`, JSON.stringify(rest));
  manifest("a", { dependencies: { b: "1" }, optionalDependencies: { gone: "1", c: "1" } });
  manifest("b", { dependencies: { a: "1" } });
  manifest("c", {});
  manifest("other", {});
  const found = packageFiles(["a"], join(dir, "p/src"));
  expect(found.toSorted()).toEqual(["a", "b", "c"].map((name) => join(dir, "p/node_modules", name)));
  manifest("b", { dependencies: { missing: "1" } });
  expect(() => packageFiles(["a"], join(dir, "p/src"))).toThrow("The package missing is not installed");
});

test("a program's libraries are found, and none for what is no program", () => {
  expect(sharedLibraries([process.execPath]).some((path) => /\/libc\.so/.test(path))).toBe(true);
  const text = put("plain.txt");
  chmodSync(text, 0o644);
  expect(sharedLibraries([text])).toEqual([]);
});
