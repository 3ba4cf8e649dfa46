import type { HotlineAnswer } from "@ntd/proto/hotline/v1/hotline_link_service";
import { startLoop, type Loop } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { tellDispatch } from "../dispatches/settle.ts";
import { answersStray, noticesAnswered } from "../metrics.ts";
import { changeOf } from "../notices/publish.ts";
import { takeAnswer, type Stray } from "./take-answer.ts";

/** How far the answers of hotlines were taken: one document. */
export interface Taken {
  schemaVersion: 1;
  place: string;
}

export const HOTLINES = "hotlines";

const PAGE = 200;
const ASK_MS = 60_000;

/** Once a minute, by the clock, asks the link what hotlines did since, and takes that in. */
export function startEverySecondTakeAnswers(deps: Deps): Loop {
  let askedAt = new Date(0);
  return startLoop("answers", 1000, deps.log, async (stop) => {
    const now = deps.clock.now();
    if (Math.abs(now.getTime() - askedAt.getTime()) < ASK_MS) return;
    askedAt = now;
    await takeAnswers(deps, stop);
  });
}

/** The notice is written first and the place after it: a crash between asks again, and the notice knows what it has. */
export async function takeAnswers(deps: Deps, stop: AbortSignal): Promise<void> {
  while (deps.hotlines !== undefined && !stop.aborted) {
    const after = (await deps.taken.load(HOTLINES))?.state.place ?? "";
    const { answers, isCut } = await deps.hotlines.listAnswers({ after, pageSize: PAGE });
    for (const answer of answers) await take(deps, answer);
    const last = answers.at(-1);
    // None that lies ahead: whoever is asked again at once says the same again.
    if (last === undefined || last.place <= after) return;
    const taken: Taken = { schemaVersion: 1, place: last.place };
    await change(deps.taken, HOTLINES, (state) => (taken.place > (state?.place ?? "") ? { state: taken } : undefined));
    if (!isCut) return;
  }
}

async function take(deps: Deps, answer: HotlineAnswer): Promise<void> {
  let stray: Stray | undefined;
  let isNew = false;
  const saved = await change(deps.notices, answer.reference, (notice) => {
    const now = deps.clock.now();
    const next = notice === undefined ? "unknown_reference" : takeAnswer(notice, answer, now);
    stray = typeof next === "string" ? next : undefined;
    isNew = typeof next !== "string" && next !== notice;
    return typeof next === "string" ? undefined : changeOf(notice, next, now);
  });
  if (stray !== undefined) note(deps, answer, stray);
  else if (saved !== undefined) {
    if (isNew) noticesAnswered(answer.action);
    await tellDispatch(deps, saved.state);
  }
}

function note({ log }: Deps, { place, action, reason }: HotlineAnswer, stray: Stray): void {
  answersStray(stray);
  log.warn({ place, action, reason, stray }, "an answer of a hotline is no notice's");
}
