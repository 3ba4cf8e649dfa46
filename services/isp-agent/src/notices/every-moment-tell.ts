import { startLoop, withTrace, type Loop } from "@ntd/service";
import type { Document } from "@ntd/store";
import type { Deps } from "../deps.ts";
import type { Notice } from "./notice.ts";
import { dueNow } from "./due.ts";
import { acknowledgeAndGoOn } from "./go-on.ts";
import { answer } from "./tell.ts";

/** After a failure. */
const AGAIN_MS = 200;
const AT_A_TIME = 16;

/** Sends what the platform has to know and was not told by who received or handled it. */
export function startTelling(deps: Deps): Loop {
  const loop = startLoop("tell", AGAIN_MS, deps.log, async (signal) => {
    while (!signal.aborted) {
      const { due, nextMs } = await dueNow(deps, { waitsFor: "platform" }, AT_A_TIME);
      await Promise.all(due.map((document) => tell(deps, document)));
      if (due.length < AT_A_TIME) return nextMs;
    }
    return undefined;
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
  await withTrace({ traceparent }, "acknowledge notice", () => acknowledgeAndGoOn(deps, document, revision));
}
