import { startLoop, withTrace } from "@ntd/service";
import { change, type Document } from "@ntd/store";
import type { Deps } from "./deps.ts";
import { handlerInput } from "./handler-input.ts";
import { runHandler, type HandlerEnd } from "./handler.ts";
import { begun, ended, type Ending, type Notice } from "./notice.ts";
import { outcomeOfExit } from "./outcome.ts";

export interface Handling extends AsyncDisposable {
  kick(): void;
}

const POLL_MS = 200;
const AT_ONCE = 4;

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
        .catch((error: unknown) => deps.log.error({ error, noticeId: due.id }, "a handling could not be kept"))
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
  const { config, notices, clock, log } = deps;
  // A newer revision that came meanwhile wins the guarded save.
  const saved = await notices.save(due, begun(due.state));
  if (saved?.state.progress.is !== "handling") return;
  const { attempts } = saved.state.progress;
  const { payload, traceparent, revision } = saved.state.current;
  const input = handlerInput(payload, attempts);
  const end = await withTrace({ traceparent }, "handle notice", () =>
    runHandler({ argv: config.handler, input, timeoutMs: config.handlerTimeoutMs, stop }),
  );
  const now = clock.now();
  const ending = endingOf(end, now);
  if (ending === undefined) return;
  if (ending.is === "failed") {
    log.warn({ noticeId: due.id, revision, attempt: attempts, failure: ending.failure }, "a handler failed");
  }
  await change(notices, due.id, (notice) => notice && { state: ended(notice, ending, now, config.maxAttempts) });
}

function endingOf(end: HandlerEnd, now: Date): Ending | undefined {
  switch (end.is) {
    case "exit": {
      const said = outcomeOfExit.get(end.code);
      if (said === undefined) return { is: "failed", failure: `ended with exit code ${end.code}` };
      return { is: "result", result: { ...said, measureTime: now } };
    }
    case "failed":
      return end;
    // Found as it is by the next start.
    case "stopped":
      return undefined;
  }
}
