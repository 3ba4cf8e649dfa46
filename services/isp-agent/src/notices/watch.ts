import { setTimeout as delay } from "node:timers/promises";
import { Problem } from "@ntd/service";
import type { SignedNotice } from "@ntd/proto/takedown/v1/notice_service";
import { AtOnce } from "../at-once.ts";
import type { Deps } from "../deps.ts";
import { SaidOnce } from "../said-once.ts";
import { receiveNotice } from "./receive.ts";

const BACKOFF_MS = 200;
const BACKOFF_MAX_MS = 5000;
/** Notices that are verified, written and acknowledged beside each other. */
const AT_A_TIME = 16;
/** What the platform may ask of this release. */
const UNDERSTANDS = [
  "ACTION_REMOVE",
  "ACTION_DISABLE_ACCESS",
  "ACTION_BLOCK_NETWORK",
  "ACTION_RESTORE",
  "ACTION_SUSPEND",
  "ACTION_REMOVE_EMBEDDED",
] as const;

/** Listens for notices until disposed; a broken connection is made again, later each time, never all agents at once. */
export function startWatching(deps: Deps): AsyncDisposable {
  const stop = new AbortController();
  const watching = watch(deps, stop.signal);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await watching;
    },
  };
}

async function watch(deps: Deps, signal: AbortSignal): Promise<void> {
  const said = new SaidOnce();
  for (let failures = 0; !signal.aborted;) {
    try {
      if (deps.keys.set.keys.length === 0) await deps.keys.refresh();
      await listen(deps, signal, () => {
        said.well((failures) => deps.log.info({ failures }, "the platform is back"));
        failures = 0;
      });
    } catch (error) {
      if (signal.aborted) return;
      said.failed(error, () => deps.log.warn(why(error), "no connection to the platform; it is made again"));
    }
    failures += 1;
    const wait = Math.min(BACKOFF_MS * 2 ** (failures - 1), BACKOFF_MAX_MS);
    await delay(wait * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
  }
}

/** One connection. A notice that cannot be written ends it, so that the notice comes again. */
async function listen(deps: Deps, stop: AbortSignal, heard: () => void): Promise<void> {
  const failed = new AbortController();
  const signal = AbortSignal.any([stop, failed.signal]);
  const receive = async (notice: SignedNotice) => {
    try {
      await receiveNotice(deps, notice, signal);
    } catch (error) {
      failed.abort(error);
    }
  };
  await using inHand = new AtOnce(AT_A_TIME);
  try {
    for await (const { event } of deps.client.watchNotices(
      { maxInFlight: 0, understands: [...UNDERSTANDS] },
      { signal },
    )) {
      heard();
      if (event?.$case !== "notice") continue;
      const { value } = event;
      await inHand.room();
      inHand.begin(() => receive(value));
    }
  } catch (error) {
    throw failed.signal.aborted ? failed.signal.reason : error;
  }
}

// What nobody named is our own failure, a file that cannot be written say: its cause is needed.
function why(error: unknown) {
  const problem = Problem.from(error);
  const { reason, message, metadata } = problem;
  if (reason === "INTERNAL") return { error: problem };
  return "why" in metadata ? { reason, why: message } : { reason };
}
