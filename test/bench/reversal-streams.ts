import { NoticePayload, type Action } from "@ntd/proto/takedown/v1/notice";
import { NoticeServiceService } from "@ntd/proto/takedown/v1/notice_service";
import { connect } from "@ntd/rpc";
import { eventually } from "@ntd/testing";
import type { PipelineStage } from "./pipeline-stage.ts";

/** Providers' streams, each on a connection of its own, that take every revision as soon as it comes. */
export interface Streams extends AsyncDisposable {
  /** When each notice was first told an action, by notice id. */
  told(action: Action): ReadonlyMap<string, number>;
  /** Resolves once so many notices were told it and the last of those receipts is back. */
  all(action: Action, count: number): Promise<void>;
}

const DEADLINE_MS = 300_000;
const UNDERSTANDS: Action[] = [
  "ACTION_REMOVE",
  "ACTION_DISABLE_ACCESS",
  "ACTION_BLOCK_NETWORK",
  "ACTION_RESTORE",
  "ACTION_SUSPEND",
];

export async function openStreams({ platform }: PipelineStage, providers: number): Promise<Streams> {
  const told = new Map<Action, Map<string, number>>(UNDERSTANDS.map((action) => [action, new Map()]));
  const taken = new Map<Action, number>();
  const stop = new AbortController();
  const address = platform.endpoints["takedown"] ?? "";
  const watching = Array.from({ length: providers }, async (_, n) => {
    const identityDir = await platform.machine.identity("isp", `p${n}`);
    await using client = connect(NoticeServiceService, { address, identityDir });
    const request = { maxInFlight: 0, understands: UNDERSTANDS };
    for await (const { event } of client.watchNotices(request, { signal: stop.signal })) {
      if (event?.$case !== "notice") continue;
      const { noticeId, revision, payload } = event.value;
      const { requestedAction } = NoticePayload.decode(payload);
      const times = told.get(requestedAction);
      if (times !== undefined && !times.has(noticeId)) times.set(noticeId, performance.now());
      await client.acknowledgeNotice({ noticeId, revision });
      taken.set(requestedAction, (taken.get(requestedAction) ?? 0) + 1);
    }
  });
  const ended = Promise.allSettled(watching);
  return {
    told: (action) => told.get(action) ?? new Map<string, number>(),
    all: async (action, count) => {
      await eventually(`${count} are told ${action}`, () => (taken.get(action) ?? 0) >= count, DEADLINE_MS);
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await ended;
    },
  };
}
