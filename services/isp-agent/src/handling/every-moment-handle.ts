import { setTimeout as delay } from "node:timers/promises";
import { NoticePayload } from "@ntd/proto/takedown/v1/notice";
import { startLoop, withTrace } from "@ntd/service";
import type { Document } from "@ntd/store";
import type { Deps } from "../deps.ts";
import type { HandlerEnd, HandlerRun } from "./handler.ts";
import { handlerInput } from "./handler-input.ts";
import { handlersEnded } from "../metrics.ts";
import { begun, ended, type Ending, type Notice } from "../notices/notice.ts";
import { endingOf } from "../notices/outcome.ts";
import { answerSoon } from "../notices/tell.ts";
import { dueNow } from "../notices/due.ts";
import { saved } from "../notices/saved.ts";

export interface Handling extends AsyncDisposable {
  kick(): void;
}

/** After a failure, or while no hand is free. */
const AGAIN_MS = 200;
const KEEP_AGAIN_MS = 1000;

/** Handles what is due as hands are free, so that one notice that fails or hangs blocks nobody. */
export function startHandling(deps: Deps): Handling {
  const loop = startLoop("handle", AGAIN_MS, deps.log, async (signal) => {
    const { free } = deps.hands;
    // A hand that becomes free wakes us.
    if (free <= 0) return undefined;
    const { due, nextMs } = await dueNow(deps, { state: "acknowledged" }, free);
    for (const document of due) {
      if (!signal.aborted) handleSoon(deps, document);
    }
    return nextMs;
  });
  return {
    kick: () => loop.kick(),
    async [Symbol.asyncDispose]() {
      await loop[Symbol.asyncDispose]();
      await deps.hands[Symbol.asyncDispose]();
    },
  };
}

/** Begins at once when a hand is free; otherwise the loop finds it. */
export function handleSoon(deps: Deps, due: Document<Notice>): void {
  if (due.state.progress.is !== "acknowledged" || deps.hands.free <= 0) return;
  deps.hands.begin(async () => {
    try {
      await handle(deps, due, deps.hands.signal);
    } catch (error) {
      notWritten(deps, error, due.id, "a notice could not be handled; it is tried again");
      // The store is full or away: the same notice would be found at once. The loop comes again after its pause.
      return;
    }
    deps.moreToHandle();
  });
}

async function handle(deps: Deps, due: Document<Notice>, stop: AbortSignal): Promise<void> {
  // Saved before the handler runs; a newer revision that came meanwhile, or another hand, wins this guarded save.
  const begins = await deps.notices.save(due, begun(due.state));
  if (begins?.state.progress.is !== "handling") return;
  const { current, progress } = begins.state;
  const payload = NoticePayload.decode(current.payload);
  const end = await withTrace({ traceparent: current.traceparent }, "handle notice", () =>
    runOrFail(deps, {
      argv: deps.config.handler,
      input: handlerInput(payload, current.receivedTime, progress.attempts),
      mark: due.id,
      timeoutMs: deps.config.handlerTimeoutMs,
      stop,
    }),
  );
  // Found as it is by the next start.
  if (end.is === "stopped") return;
  const now = deps.clock.now();
  const ending = end.is === "exit" ? endingOf(payload.requestedAction, end.code, now) : end;
  handlersEnded(ending.is);
  if (ending.is === "failed") {
    const fields = { noticeId: due.id, revision: current.revision, attempt: progress.attempts };
    deps.log.warn({ ...fields, failure: ending.failure }, "a handler failed");
  }
  answerSoon(deps, await keep(deps, begins, ending, now, stop));
}

// A notice that began is found again only by its end: one whose handler could not even be asked for has failed.
async function runOrFail({ runner, log }: Deps, run: HandlerRun): Promise<HandlerEnd> {
  try {
    return await runner.run(run);
  } catch (error) {
    log.error({ error, noticeId: run.mark }, "a handler could not be started");
    return { is: "failed", failure: "could not be started" };
  }
}

// What a handler did must not be lost to a disk that is full for a while.
async function keep(
  deps: Deps,
  handling: Document<Notice>,
  ending: Ending,
  now: Date,
  stop: AbortSignal,
): Promise<Document<Notice>> {
  const { notices, config, log, said } = deps;
  while (true) {
    try {
      const kept = await saved(notices, handling, (notice) => ended(notice, ending, now, config.maxAttempts));
      said.writes.well((failures) => log.info({ failures }, "what handlers do is written again"));
      return kept;
    } catch (error) {
      if (stop.aborted) throw error;
      notWritten(deps, error, handling.id, "the end of a handler could not be written; it is tried again");
      await delay(KEEP_AGAIN_MS, undefined, { signal: stop }).catch(() => undefined);
    }
  }
}

function notWritten({ said, log }: Deps, error: unknown, noticeId: string, what: string): void {
  said.writes.failed(error, () => log.error({ error, noticeId }, what));
}
