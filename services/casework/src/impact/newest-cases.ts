import { setImmediate } from "node:timers/promises";
import type { Cursor } from "@ntd/store";
import type { Deps } from "../deps.ts";

const PAGE = 1000;

type Where = { cause: string } | { conflict: string };

/**
 * The newest of the cases that are found by a field of several values. Such a field orders nothing: all are read, two
 * columns of each, and the newest kept.
 */
export async function newestOf({ cases }: Pick<Deps, "cases">, where: Where, most: number) {
  let newest: { id: string; time: number }[] = [];
  let isMore = false;
  for (let after: Cursor | undefined; ;) {
    const query = { where, ...(after && { after }), limit: PAGE };
    const { columns, length } = await cases.project(query, { id: "text", opened: "number" });
    const page = columns.id.map((id, nth) => ({ id, time: columns.opened[nth] ?? 0 }));
    isMore ||= newest.length + length > most;
    newest.push(...page);
    if (newest.length > 2 * most) newest = newestAmong(newest, most);
    const last = columns.id.at(-1);
    if (last === undefined || length < PAGE) return { caseIds: newestAmong(newest, most).map(({ id }) => id), isMore };
    after = { id: last };
    await setImmediate();
  }
}

function newestAmong(cases: { id: string; time: number }[], most: number) {
  return cases.toSorted((a, b) => b.time - a.time || (a.id < b.id ? -1 : 1)).slice(0, most);
}
