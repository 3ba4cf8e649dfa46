import type { WatchNoticesRequest, WatchNoticesResponse } from "@ntd/proto/takedown/v1/notice_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import type { Deps } from "../deps.ts";
import { spokenFor } from "../providers/spoken-for.ts";
import { clientOf } from "./client.ts";
import { nextBatch, recheck } from "./batch.ts";

/** What an event should have told is found out this late at the most. */
const RECHECK_MS = 60_000;

/** Every open, un-acknowledged notice of the caller's providers from the store, then what comes, until it leaves. */
export function watchNotices(deps: Deps) {
  return (request: WatchNoticesRequest, context: CallContext): AsyncGenerator<WatchNoticesResponse> =>
    noticesFor(deps, callerOf(context).name, request, context.signal);
}

export async function* noticesFor(
  deps: Deps,
  identity: string,
  request: WatchNoticesRequest,
  signal: AbortSignal,
): AsyncGenerator<WatchNoticesResponse> {
  const client = clientOf(request);
  const { heartbeatMs } = deps.config;
  using bell = deps.bells.open();
  let spoke = performance.now();
  let checked = spoke;
  while (!signal.aborted) {
    bell.listenTo(await spokenFor(deps, identity));
    if (performance.now() - checked >= RECHECK_MS) {
      await recheck(deps, bell);
      checked = performance.now();
    }
    const batch = await nextBatch(deps, bell, client);
    for (const notice of batch) yield { event: { $case: "notice", value: notice } };
    if (batch.length > 0) {
      spoke = performance.now();
      continue;
    }
    if (performance.now() - spoke >= heartbeatMs) {
      yield { event: { $case: "heartbeatTime", value: deps.clock.now() } };
      spoke = performance.now();
    }
    await bell.wait(Math.max(1, spoke + heartbeatMs - performance.now()), signal);
  }
}
