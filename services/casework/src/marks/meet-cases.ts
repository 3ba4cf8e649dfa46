import { change } from "@ntd/store";
import { whereabouts } from "../evidence/whereabouts.ts";
import { writeCase, type CaseWriter } from "../cases/write-case.ts";
import type { Deps } from "../deps.ts";
import { isInForce } from "./mark.ts";
import { meeting, withMetMarks } from "./met-marks.ts";

const PAGE = 200;
/** Cases that are written at a time. */
const TOGETHER = 20;

/**
 * Holds the cases that were there before a mark, page by page. No list is frozen: what is held already is left alone, so
 * it may end anywhere and begin again, and a case that comes meanwhile asks for marks itself.
 */
export async function meetCases(
  deps: CaseWriter & Pick<Deps, "marks" | "markKey" | "sealer">,
  markId: string,
  signal: AbortSignal,
): Promise<void> {
  const mark = (await deps.marks.load(markId))?.state;
  if (mark?.meetDueTime === undefined) return;
  const met = { markId, setBy: mark.set.by };
  for await (const page of deps.cases.pages({ where: { markKey: mark.searched } }, PAGE)) {
    const some = page.filter(
      ({ state }) => !state.metMarks?.includes(markId) && meeting(deps, () => whereabouts(deps, state))(mark),
    );
    for (let from = 0; from < some.length; from += TOGETHER) {
      signal.throwIfAborted();
      const now = deps.clock.now();
      // Police may have taken it back meanwhile, or its time is over: the rest is let be.
      if (!(await isStillInForce(deps, markId, now))) return await done(deps, markId);
      const writes = some.slice(from, from + TOGETHER);
      await Promise.all(writes.map(({ id }) => writeCase(deps, id, (file) => file && withMetMarks(file, [met], now))));
    }
  }
  await done(deps, markId);
}

async function isStillInForce({ marks }: Pick<Deps, "marks">, markId: string, now: Date): Promise<boolean> {
  const mark = (await marks.load(markId))?.state;
  return mark !== undefined && isInForce(mark, now);
}

async function done({ marks }: Pick<Deps, "marks">, markId: string): Promise<void> {
  await change(marks, markId, (found) => {
    if (found?.meetDueTime === undefined) return undefined;
    const { meetDueTime: _, ...state } = found;
    return { state };
  });
}
