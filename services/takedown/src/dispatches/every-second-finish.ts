import { Problem, startLoop, type Loop } from "@ntd/service";
import type { Document } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { finish } from "./fan-out.ts";
import { settleNotice } from "./settle.ts";

/** Finishes what a crash cut short: dispatches without all their notices, notices that are gone but not closed. */
export function startEverySecondFinish(deps: Deps): Loop {
  return startLoop("finish", 1000, deps.log, (stop) => finishAll(deps, stop));
}

export async function finishAll(deps: Deps, stop: AbortSignal): Promise<void> {
  const dispatches = deps.dispatches.pages({ where: { unfinished: true } }, PAGE);
  const notices = deps.notices.pages({ where: { unsettled: true } }, PAGE);
  await each(deps, stop, dispatches, (dispatch) => finish(deps, dispatch));
  await each(deps, stop, notices, (notice) => settleNotice(deps, notice));
}

const PAGE = 100;

// One that cannot be finished (its month's key was retired) must not keep the others waiting.
async function each<S>(
  { log }: Deps,
  stop: AbortSignal,
  pages: AsyncIterable<Document<S>[]>,
  finishOne: (document: Document<S>) => Promise<void>,
): Promise<void> {
  for await (const page of pages) {
    for (const document of page) {
      if (stop.aborted) return;
      await finishOne(document).catch((error: unknown) =>
        log.error({ error: Problem.from(error), id: document.id }, "cannot be finished"),
      );
    }
  }
}
