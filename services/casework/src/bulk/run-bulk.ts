import { writeCase, type CaseWriter } from "../cases/write-case.ts";
import type { Deps } from "../deps.ts";
import { endedList, frozenList } from "../frozen-list.ts";
import { isDone, withBulkWord, type BulkCounts, type OpenBulk } from "./bulk.ts";
import type { Item } from "./pictures.ts";

/** Cases that are written at a time. */
const TOGETHER = 20;
/** When nobody goes on with it, somebody does after this time: a call has ended by then. */
const ALONE_MS = 30_000;

type Writer = CaseWriter & Pick<Deps, "bulks" | "supervisors">;

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
    const begun = await frozenList(deps.bulks, call.person, call, {
      freeze: () => openBulk(deps, call),
      left: "ended",
    });
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
  return endedList(deps.bulks, person, open, { doneCount, leftCount: open.items.length - doneCount, changedPictures });
}

async function openBulk({ clock }: Writer, { requestId, digest, what, freeze }: BulkCall): Promise<OpenBulk> {
  const time = clock.now();
  return { requestId, digest, what, time, dueTime: new Date(time.getTime() + ALONE_MS), ...(await freeze(time)) };
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
