import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { releaseVersion } from "./version.ts";

test("the release that runs is the newest of the changelog", () => {
  const changelog = readFileSync(new URL("../../../CHANGELOG.md", import.meta.url), "utf8");
  expect(releaseVersion()).toBe(/^## (\d+\.\d+\.\d+)/m.exec(changelog)?.[1]);
});
