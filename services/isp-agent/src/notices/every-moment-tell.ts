import { startLoop, withTrace, type Loop } from "@ntd/service";
import type { Document } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { handleSoon } from "../handling/every-moment-handle.ts";
import type { Notice } from "./notice.ts";
import { acknowledge, answer } from "./tell.ts";

const POLL_MS = 200;
const AT_A_TIME = 16;

/** Sends what the platform has to know and was not told by who received or handled it. */
export function startTelling(deps: Deps): Loop {
  const loop = startLoop("tell", POLL_MS, deps.log, async (signal) => {
    for (let more = true; more && !signal.aborted;) {
      const where = { waitsFor: "platform", dueAt: { lte: deps.clock.now() } };
      const due = await deps.notices.find({ where, orderBy: "dueAt", limit: AT_A_TIME });
      await Promise.all(due.map((document) => tell(deps, document)));
      more = due.length === AT_A_TIME;
    }
  });
  return {
    kick: () => loop.kick(),
    async [Symbol.asyncDispose]() {
      await loop[Symbol.asyncDispose]();
      await deps.answers[Symbol.asyncDispose]();
    },
  };
}

async function tell(deps: Deps, document: Document<Notice>): Promise<void> {
  const { progress, current } = document.state;
  if (progress.is !== "received") return answer(deps, document);
  const { revision, traceparent } = current;
  handleSoon(deps, await withTrace({ traceparent }, "acknowledge notice", () => acknowledge(deps, document, revision)));
}
