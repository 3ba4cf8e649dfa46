import { randomUUID } from "node:crypto";
import { NoticePayload, type Action } from "@ntd/proto/takedown/v1/notice";
import { NoticeServiceService, type SignedNotice } from "@ntd/proto/takedown/v1/notice_service";
import type { RpcClient } from "@ntd/rpc";
import { eventually, plainOutcome } from "@ntd/testing";
import type { Stage } from "./stage.ts";

/** A provider's machine, played by the test: it sees its notices and answers when told. */
export interface Isp extends AsyncDisposable {
  readonly client: RpcClient<typeof NoticeServiceService>;
  /** What came over the stream, oldest first. */
  readonly received: SignedNotice[];
  /** The first notice for an address, once it has come. */
  noticeFor(url: string): Promise<SignedNotice>;
  /** The newest revision for an address, once it asks for this. */
  asked(url: string, action: Action): Promise<SignedNotice>;
  answer(
    notice: SignedNotice,
    outcome?: "OUTCOME_REMOVED" | "OUTCOME_NOT_HOSTED_HERE" | "OUTCOME_RESTORED",
  ): Promise<void>;
}

/** Connects as isp/`name` and watches until disposed; without `understands` as a client of release 0.2. */
export async function watchAs(stage: Stage, name: string, understands: Action[] = []): Promise<Isp> {
  const client = await stage.client(NoticeServiceService, "takedown", "isp", name);
  const received: SignedNotice[] = [];
  const stop = new AbortController();
  const watching = watch(client, received, { understands, signal: stop.signal });
  const isFor = (url: string) => (notice: SignedNotice) => payloadOf(notice).targets[0]?.url === url;
  return {
    client,
    received,
    noticeFor: (url) => eventually(`a notice for ${url}`, () => received.find(isFor(url))),
    asked: (url, action) =>
      eventually(`${action} for ${url}`, () => {
        const newest = received
          .filter(isFor(url))
          .toSorted((a, b) => a.revision - b.revision)
          .at(-1);
        return newest !== undefined && payloadOf(newest).requestedAction === action && newest;
      }),
    async answer({ noticeId, revision, payload }, outcome = "OUTCOME_REMOVED") {
      const { targets } = NoticePayload.decode(payload);
      const outcomes = targets.map(({ targetId }) => ({
        targetId,
        outcome,
        cannotComplyReason: "CANNOT_COMPLY_REASON_UNSPECIFIED" as const,
        measureTime: stage.clock.now(),
        reference: "",
        ...plainOutcome,
      }));
      await client.reportOutcome({ requestId: randomUUID(), noticeId, revision, outcomes });
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await watching;
    },
  };
}

export function payloadOf(notice: SignedNotice): NoticePayload {
  return NoticePayload.decode(notice.payload);
}

async function watch(
  client: Isp["client"],
  received: SignedNotice[],
  { understands, signal }: { understands: Action[]; signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const { event } of client.watchNotices({ maxInFlight: 0, understands }, { signal })) {
        if (event?.$case === "notice") received.push(event.value);
      }
    } catch {
      // Disconnected, as providers are; it connects again until the test is over.
    }
  }
}
