import type { Cohort } from "@ntd/proto/compliance/v1/compliance_service";
import { inSlices } from "@ntd/service";
import { ABROAD_READ, abroadRow, abroadSheets } from "./abroad.ts";
import { CASE_COLUMNS, caseRow } from "./case-row.ts";
import { caseSheets } from "./cases.ts";
import { HELD_COLUMNS, heldRow, heldSheets } from "./held.ts";
import { waitingFigures } from "./now.ts";
import { partsOf, rowsOf } from "./parts.ts";
import { REPORT_COLUMNS, reportRow, reportSheets } from "./reports.ts";
import { sheetFigures } from "./sheet.ts";
import { within, type Range } from "../scorecard/range.ts";
import type { ScoreFigure } from "../scorecard/scorecard.ts";
import type { Collections } from "../store.ts";

/** Those that are not of notices to providers. */
export type OtherCohort = Exclude<Cohort, Cohort.UNSPECIFIED | Cohort.NOTICES | Cohort.UNRECOGNIZED>;

/** The figures of a cohort that is not one of notices to providers. */
export async function cohortFigures(
  collections: Collections,
  cohort: OtherCohort,
  range: Range,
  asOf: Date,
): Promise<ScoreFigure[]> {
  const { timelines, cases, reports } = collections;
  const time = within(range);
  switch (cohort) {
    case "COHORT_ABROAD": {
      const parts = await partsOf(timelines, { where: { abroadIssued: time }, orderBy: "abroadIssued" }, ABROAD_READ);
      return inSlices(sheetFigures(abroadSheets(asOf.getTime()), rowsOf(parts, abroadRow)));
    }
    case "COHORT_HELD": {
      const parts = await partsOf(timelines, { where: { heldIssued: time }, orderBy: "heldIssued" }, HELD_COLUMNS);
      return inSlices(sheetFigures(heldSheets, rowsOf(parts, heldRow)));
    }
    case "COHORT_CASES": {
      const parts = await partsOf(cases, { where: { openedTime: time }, orderBy: "openedTime" }, CASE_COLUMNS);
      const figures = await inSlices(sheetFigures(caseSheets(asOf.getTime()), rowsOf(parts, caseRow)));
      return [...figures, ...(await waitingFigures(collections, asOf))];
    }
    case "COHORT_REPORTS": {
      const parts = await partsOf(reports, { where: { receivedTime: time }, orderBy: "receivedTime" }, REPORT_COLUMNS);
      return inSlices(sheetFigures(reportSheets, rowsOf(parts, reportRow)));
    }
  }
}
