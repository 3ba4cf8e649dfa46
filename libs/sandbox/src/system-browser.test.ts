import { expect, test } from "vitest";
import { systemBrowser } from "./system-browser.ts";

test("what is named is taken if it can be run, with the folder that it lies in", () => {
  expect(systemBrowser(process.execPath)).toMatchObject({ program: process.execPath });
  expect(systemBrowser(process.execPath)?.files).toContain(process.execPath.replace(/\/[^/]+$/, ""));
  expect(systemBrowser("/nowhere/chromium")).toBeUndefined();
  expect(systemBrowser(import.meta.filename)).toBeUndefined();
});
