import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { withExamples } from "./example-settings.ts";

test("every file that an example names is there, and the two services that ask are of one country", () => {
  const settings = withExamples();
  const files = Object.values(settings).flatMap((own) =>
    Object.entries(own).filter(([key]) => /_(FILE|DIR)$/.test(key)),
  );
  expect(files.length).toBeGreaterThanOrEqual(6);
  for (const [key, file] of files) expect([key, existsSync(file)]).toEqual([key, true]);
  expect(settings.takedown?.["HOME_COUNTRY"]).toBe(settings.casework["HOME_COUNTRY"]);
});

test("what is given stays as it is, and what is empty is switched off", () => {
  const given = { casework: { POLICE_FIRST_FILE: "", SCHEMES_DIR: "" }, prober: { SLOT_MS: "1000" } };
  const { casework, prober } = withExamples(given);
  expect([casework["POLICE_FIRST_FILE"], casework["NATIONAL_SCHEME"]]).toEqual(["", undefined]);
  expect([casework["HOME_COUNTRY"], prober]).toEqual(["MY", { SLOT_MS: "1000" }]);
});
