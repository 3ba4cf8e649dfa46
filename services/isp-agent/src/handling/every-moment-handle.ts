import { setTimeout as delay } from "node:timers/promises";
import { NoticePayload } from "@ntd/proto/takedown/v1/notice";
import { startLoop, withTrace } from "@ntd/service";
import { change, type Document } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { handlerInput } from "./handler-input.ts";
import { runHandler } from "./handler.ts";
import { handlersEnded } from "../metrics.ts";
import { begun, ended, type Ending, type Notice } from "../notices/notice.ts";
import { endingOf } from "../notices/outcome.ts";

export interface Handling extends AsyncDisposable {
  kick(): void;
}

const POLL_MS = 200;
const AT_ONCE = 4;
const KEEP_AGAIN_MS = 1000;

/** Runs the handler for what is due, four notices at a time, so that one that fails or hangs blocks nobody. */
export function startHandling(deps: Deps): Handling {
  const inHand = new Set<Promise<void>>();
  const stop = new AbortController();
  const loop = startLoop("handle", POLL_MS, deps.log, async (signal) => {
    const free = AT_ONCE - inHand.size;
    if (free <= 0) return;
    const where = { state: "acknowledged", dueAt: { lte: deps.clock.now() } };
    for (const due of await deps.notices.find({ where, orderBy: "dueAt", limit: free })) {
      if (signal.aborted) return;
      const work = handle(deps, due, stop.signal)
        .catch((error: unknown) => deps.log.error({ error, noticeId: due.id }, "a notice could not be handled"))
        .finally(() => {
          inHand.delete(work);
          deps.kick();
        });
      inHand.add(work);
    }
  });
  return {
    kick: () => loop.kick(),
    async [Symbol.asyncDispose]() {
      await loop[Symbol.asyncDispose]();
      stop.abort();
      await Promise.all(inHand);
    },
  };
}

async function handle(deps: Deps, due: Document<Notice>, stop: AbortSignal): Promise<void> {
  // Saved before the handler runs; a newer revision that came meanwhile wins this guarded save.
  const saved = await deps.notices.save(due, begun(due.state));
  if (saved?.state.progress.is !== "handling") return;
  const { current, progress } = saved.state;
  const payload = NoticePayload.decode(current.payload);
  const end = await withTrace({ traceparent: current.traceparent }, "handle notice", () =>
    runHandler({
      argv: deps.config.handler,
      input: handlerInput(payload, progress.attempts),
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
  await keep(deps, due.id, ending, now, stop);
}

// What a handler did must not be lost to a disk that is full for a while.
async function keep(deps: Deps, id: string, ending: Ending, now: Date, stop: AbortSignal): Promise<void> {
  const { notices, config, log } = deps;
  while (true) {
    try {
      await change(notices, id, (notice) => notice && { state: ended(notice, ending, now, config.maxAttempts) });
      return;
    } catch (error) {
      if (stop.aborted) throw error;
      log.error({ error, noticeId: id }, "the end of a handler could not be written; it is tried again");
      await delay(KEEP_AGAIN_MS, undefined, { signal: stop }).catch(() => undefined);
    }
  }
}
