import type { Cursor } from "@ntd/store";
import { columnsOf, numbersOf, type NoticeColumns } from "./notice-numbers.ts";
import { inRange, type Range } from "./range.ts";
import { FIGURE_COLUMNS, type Collections, type FigureColumn } from "../store.ts";
import { timesOf } from "../timelines/timeline.ts";

/** Notices read at a time: the store answers nobody else meanwhile. */
const PART = 10_000;

/** The numbers of every notice and target of the range, in parts, without reading a timeline. */
export async function cohortOf(timelines: Collections["timelines"], range: Range): Promise<NoticeColumns[]> {
  const parts: NoticeColumns[] = [];
  for (let after: Cursor | undefined; ;) {
    const query = {
      where: inRange(range),
      orderBy: "issuedTime",
      limit: PART,
      ...(after && { after }),
    } as const;
    const { length, columns } = await timelines.project(query, READ);
    const { id, issuedTime: issued, ...others } = columns;
    const part: NoticeColumns = { length, issued, ...others };
    parts.push(part.packed.some(Number.isNaN) ? await readPart(timelines, query) : part);
    if (length < PART) return parts;
    after = { value: new Date(issued[length - 1] ?? NaN), id: id[length - 1] ?? "" };
  }
}

const numbers = Object.fromEntries(FIGURE_COLUMNS.map((name) => [name, "number"]));
const READ = { ...(numbers as Record<FigureColumn, "number">), issuedTime: "number", id: "text" } as const;

// A replica of an earlier release, which knows no columns, has written one of them.
async function readPart(
  timelines: Collections["timelines"],
  query: Parameters<Collections["timelines"]["find"]>[0],
): Promise<NoticeColumns> {
  return columnsOf((await timelines.find(query)).map(({ state }) => numbersOf(timesOf(state))));
}
