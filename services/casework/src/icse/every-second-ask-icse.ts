import { startLoop, type Loop } from "@ntd/service";
import { writeCase, type CaseWriter } from "../cases/write-case.ts";
import type { Deps } from "../deps.ts";
import { answered, asking } from "./icse.ts";

/** Longer than a call may take: who asks it again is not asked by two. */
const LEASE_MS = 20_000;
const DEADLINE_MS = 10_000;
const PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
const PAGE = 50;
/** The link takes no more at once. */
const MOST = 100;

type Asking = CaseWriter & Pick<Deps, "icse">;

/**
 * Asks the link about what waits, what waits longest first. While it does not answer the pauses grow to a minute; the one
 * case whose call failed comes again when its lease is over. Nothing else waits for an answer.
 */
export function startEverySecondAskIcse(deps: Deps): Loop {
  let pauseMs = PAUSE_MS;
  return startLoop("ask icse", PAUSE_MS, deps.log, async (stop) => {
    try {
      await askIcse(deps, stop);
      pauseMs = PAUSE_MS;
    } catch (error) {
      deps.log.debug({ error }, "the link does not answer; it is asked again");
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
    return pauseMs;
  });
}

/** @throws Problem what the link says, or that it does not answer: the rest waits. */
export async function askIcse(deps: Asking, stop = new AbortController().signal): Promise<void> {
  if (deps.icse === undefined) return;
  const due = { where: { icseDueTime: { lte: deps.clock.now() } }, orderBy: "icseDueTime" } as const;
  for await (const page of deps.cases.pages(due, PAGE)) {
    for (const { id } of page) {
      if (stop.aborted) return;
      await ask(deps, deps.icse, id, stop);
    }
  }
}

async function ask(deps: Asking, link: NonNullable<Deps["icse"]>, caseId: string, stop: AbortSignal): Promise<void> {
  const now = deps.clock.now();
  let isMine = false;
  const file = await writeCase(deps, caseId, (found) => {
    const claimed = found && asking(found, now, new Date(now.getTime() + LEASE_MS));
    isMine = claimed !== undefined && claimed !== found;
    return claimed;
  });
  const content = file?.icse?.content;
  if (!isMine || content === undefined) return;
  const fingerprints = (file?.target?.fingerprints ?? []).slice(0, MOST);
  const signal = AbortSignal.any([stop, AbortSignal.timeout(DEADLINE_MS)]);
  const { assessment } = await link.checkFingerprints({ fingerprints }, { signal });
  await writeCase(deps, caseId, (found) => found && answered(found, content, assessment, deps.clock.now()));
}
