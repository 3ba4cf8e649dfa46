import { expect, test } from "vitest";
import { typedPath } from "./typed-path.ts";

test.each([
  ["/srv/ntd", "/srv/ntd/scripts/ntd", "./scripts/ntd"],
  ["/srv/ntd", "/srv/ntd/.ntd/run", "./.ntd/run"],
  ["/srv/ntd/scripts", "/srv/ntd/scripts/ntd", "./ntd"],
  ["/srv/ntd/deploy", "/srv/ntd/scripts/ntd", "../scripts/ntd"],
  ["/home/ana", "/srv/ntd/scripts/ntd", "/srv/ntd/scripts/ntd"],
  ["/srv/ntd", "/tmp/data", "/tmp/data"],
])("in %s %s is typed as %s", (from, path, typed) => {
  expect(typedPath(from, path)).toBe(typed);
});
