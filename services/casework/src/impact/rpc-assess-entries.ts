import { setImmediate } from "node:timers/promises";
import type { AssessEntriesRequest, AssessEntriesResponse } from "@ntd/proto/casework/v1/list_impact_service";
import type { CaseNotices } from "@ntd/proto/takedown/v1/notice_count_service";
import { Problem, uuidsIn } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { causeKey, entryKey } from "./causes.ts";
import { loadedCases, MOST_CASES } from "./loaded-cases.ts";
import { Numbers } from "./numbers.ts";

const ID_BYTES = 16;
const MOST_ENTRIES = 100_000;
/** Entries that are looked for at once. */
const TOGETHER = 200;
/** Cases whose notices are asked for at once. */
const CASES = 1000;

type Needed = Pick<Deps, "cases" | "notices" | "clock">;

/** Where the decisions stand that some entries of a list have to do with, and what falls if they are taken back. */
export function assessEntries(deps: Needed, most = MOST_CASES) {
  return async ({ setId, entryIds: bytes, cause }: AssessEntriesRequest): Promise<AssessEntriesResponse> => {
    requireIds(setId, bytes);
    const { entries, caseIds, isMore } = await casesOf(deps, { setId, bytes, most });
    const numbers = new Numbers(entries, cause, deps.clock.now());
    for await (const file of loadedCases(deps, caseIds)) numbers.add(file);
    return numbers.end(isMore, await noticesOf(deps, numbers.decided));
  };
}

function requireIds(setId: string, bytes: Uint8Array): void {
  const count = bytes.length / ID_BYTES;
  const faults = [
    ...(setId === "" ? [{ field: "set_id", description: "is empty; name a set" }] : []),
    ...(Number.isInteger(count) ? [] : [{ field: "entry_ids", description: `has ${bytes.length} bytes; 16 an id` }]),
    ...(count > MOST_ENTRIES ? [{ field: "entry_ids", description: `names ${count}; at most ${MOST_ENTRIES}` }] : []),
  ];
  if (faults.length > 0) throw Problem.fields(...faults);
}

// A few at a time: others have their turn in between.
async function casesOf({ cases }: Needed, { setId, bytes, most }: { setId: string; bytes: Uint8Array; most: number }) {
  const entries = new Set<string>();
  const found = new Set<string>();
  for (let at = 0; at < bytes.length; at += TOGETHER * ID_BYTES) {
    const some = uuidsIn(bytes.subarray(at, at + TOGETHER * ID_BYTES));
    for (const entryId of some) entries.add(entryKey({ setId, entryId }));
    await setImmediate();
    if (found.size > most) continue;
    const keys = some.map((entryId) => causeKey({ $case: "entry", value: { setId, entryId } }, "all"));
    const query = { where: { cause: { in: keys } }, limit: most + 1 };
    const { columns } = await cases.project(query, { id: "text" });
    for (const id of columns.id) found.add(id);
  }
  return { entries, caseIds: [...found].slice(0, most), isMore: found.size > most };
}

// Without takedown the numbers of cases are known all the same.
async function noticesOf({ notices }: Needed, caseIds: readonly string[]): Promise<CaseNotices[] | undefined> {
  const all: CaseNotices[] = [];
  try {
    for (let at = 0; at < caseIds.length; at += CASES) {
      all.push(...(await notices.countNotices({ caseIds: caseIds.slice(at, at + CASES) })).cases);
    }
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
  return all;
}
