import { partsOf } from "../cohorts/parts.ts";
import { columnsOf, FIGURE_COLUMNS, numbersOf, type NoticeColumns } from "./notice-numbers.ts";
import { inRange, type Range } from "./range.ts";
import type { Collections } from "../store.ts";
import { timesOf } from "../timelines/timeline.ts";

/** The numbers of every notice and target of the range, in parts, without reading a timeline. */
export function cohortOf(timelines: Collections["timelines"], range: Range): Promise<NoticeColumns[]> {
  return partsOf(timelines, { where: inRange(range), orderBy: "issuedTime" }, FIGURE_COLUMNS, async (part, query) => {
    if (!part.columns.packed.some(Number.isNaN)) return part;
    // A replica of an earlier release, which knows no columns, has written one of them.
    return columnsOf((await timelines.find(query)).map(({ state }) => numbersOf(timesOf(state))));
  });
}
