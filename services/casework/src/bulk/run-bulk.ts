import { remember, remembered } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import { change } from "@ntd/store";
import { writeCase } from "../cases/write-case.ts";
import type { Deps } from "../deps.ts";
import { isDone, withBulkWord, type Bulk, type BulkCounts, type OpenBulk } from "./bulk.ts";
import type { Item } from "./pictures.ts";

/** Cases that are written at a time. */
const TOGETHER = 20;
/** Answers kept for an assessor: repeats come soon or never. */
const KEPT = 10;
/** When nobody goes on with it, somebody does after this time: a call has ended by then. */
const ALONE_MS = 30_000;

type Writer = Pick<Deps, "cases" | "bulks" | "clock" | "supervisors">;

/** One call of an assessor: its scoped id, the digest of its body, and what freezes its list. */
export interface BulkCall extends Pick<OpenBulk, "what" | "requestId" | "digest"> {
  person: string;
  freeze: (now: Date) => Promise<Pick<OpenBulk, "reason" | "items" | "changedPictures">>;
}

/**
 * Does in bulk what a person said. The list is frozen before the first case is written: a repeat after a crash goes on
 * with it, and so does a loop where none comes. One that is not done yet is done before the next one of that person.
 *
 * @throws Problem REQUEST_ID_REUSED, or what freezing refuses.
 */
export async function runBulk(deps: Writer, call: BulkCall, signal: AbortSignal): Promise<BulkCounts> {
  for (;;) {
    const begun = await begin(deps, call);
    if ("answer" in begun) return begun.answer;
    const answer = await finishBulk(deps, call.person, begun.open, signal);
    if (begun.open.requestId === call.requestId) return answer;
  }
}

/** Writes what is left of a frozen list, and keeps the answer. */
export async function finishBulk(
  deps: Writer,
  person: string,
  open: OpenBulk,
  signal: AbortSignal,
): Promise<BulkCounts> {
  let doneCount = 0;
  for (let from = 0; from < open.items.length; from += TOGETHER) {
    signal.throwIfAborted();
    const some = open.items.slice(from, from + TOGETHER);
    const done = await Promise.all(some.map((item) => write(deps, person, open, item)));
    doneCount += done.filter(Boolean).length;
  }
  const { changedPictures } = open;
  return end(deps, person, open, { doneCount, leftCount: open.items.length - doneCount, changedPictures });
}

async function begin(
  { bulks, clock }: Writer,
  { person, requestId, digest, what, freeze }: BulkCall,
): Promise<{ open: OpenBulk } | { answer: BulkCounts }> {
  let begun: { open: OpenBulk } | { answer: BulkCounts } | undefined;
  await change(bulks, person, async (bulk) => {
    const first = remembered(bulk?.requests ?? [], requestId, digest);
    if (first instanceof Problem) throw first;
    if (first !== "new") return void (begun = first);
    if (bulk?.open !== undefined) {
      if (bulk.open.requestId === requestId && bulk.open.digest !== digest) throw new Problem("REQUEST_ID_REUSED");
      return void (begun = { open: bulk.open });
    }
    const time = clock.now();
    const dueTime = new Date(time.getTime() + ALONE_MS);
    const open: OpenBulk = { requestId, digest, what, time, dueTime, ...(await freeze(time)) };
    begun = { open };
    const state: Bulk = { schemaVersion: 1, open, requests: bulk?.requests ?? [] };
    return { state };
  });
  if (begun === undefined) throw new Problem("INTERNAL");
  return begun;
}

async function write(deps: Writer, person: string, open: OpenBulk, item: Item): Promise<boolean> {
  const { supervisors } = deps;
  const file = await writeCase(
    deps,
    item.caseId,
    (found) => found && withBulkWord(found, open, item, { person, supervisors }),
  );
  return file !== undefined && isDone(file, open, item, person);
}

// One that came again meanwhile may have answered first.
async function end(
  { bulks }: Writer,
  person: string,
  { requestId, digest }: OpenBulk,
  counted: BulkCounts,
): Promise<BulkCounts> {
  let answer = counted;
  await change(bulks, person, (bulk) => {
    const first = remembered(bulk?.requests ?? [], requestId, digest);
    if (first instanceof Problem) throw first;
    if (first !== "new") return void (answer = first.answer);
    const requests = remember(bulk?.requests ?? [], { requestId, digest, answer: counted }, KEPT);
    const open = bulk?.open?.requestId === requestId ? undefined : bulk?.open;
    const state: Bulk = { schemaVersion: 1, ...(open && { open }), requests };
    return { state };
  });
  return answer;
}
