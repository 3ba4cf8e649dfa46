import { startLoop, withTrace, type Loop } from "@ntd/service";
import type { Deps } from "../deps.ts";
import type { Notice } from "./notice.ts";
import { acknowledge, answer } from "./tell.ts";

const POLL_MS = 200;
const BATCH = 32;

/** Sends what the platform has to know: acknowledgements that did not get through, and answers. */
export function startTelling(deps: Deps): Loop {
  return startLoop("tell", POLL_MS, deps.log, async (signal) => {
    const where = { waitsFor: "platform", dueAt: { lte: deps.clock.now() } };
    for (const { state } of await deps.notices.find({ where, orderBy: "dueAt", limit: BATCH })) {
      if (signal.aborted) return;
      await tell(deps, state);
    }
  });
}

function tell(deps: Deps, notice: Notice): Promise<void> {
  const { revision, traceparent } = notice.current;
  return notice.progress.is === "received"
    ? withTrace({ traceparent }, "acknowledge notice", () => acknowledge(deps, notice.noticeId, revision))
    : withTrace({ traceparent }, "answer notice", () => answer(deps, notice));
}
