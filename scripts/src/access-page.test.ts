import { expect, test } from "vitest";
import { accessPage } from "./access-page.ts";

test("what every service serves is said once", () => {
  const page = accessPage({}, { "/ntd.operations.v1.StatusService/GetStatus": ["operator"] });
  expect(page).toContain("| every service | operations.v1.StatusService | GetStatus | operator |  |\n");
});

test("each method is a row: who serves it, its kinds, and single identities apart", () => {
  const page = accessPage({
    matching: { "/ntd.matching.v1.MatchService/Lookup": ["service/casework"] },
    intake: { "/ntd.intake.v1.ReportService/GetReport": ["reporter", "police", "service/portal"] },
  });
  expect(page).toContain("| matching | matching.v1.MatchService | Lookup |  | service/casework |\n");
  expect(page).toContain("| intake | intake.v1.ReportService | GetReport | reporter, police | service/portal |\n");
});
