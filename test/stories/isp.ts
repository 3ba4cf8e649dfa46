import { randomUUID } from "node:crypto";
import { NoticePayload, type Action, type Outcome } from "@ntd/proto/takedown/v1/notice";
import { NoticeServiceService, type SignedNotice, type TargetOutcome } from "@ntd/proto/takedown/v1/notice_service";
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
  answer(notice: SignedNotice, outcome?: Outcome, more?: Partial<TargetOutcome>): Promise<void>;
  /** As answered, with the provider's grounds. */
  dispute(notice: SignedNotice): Promise<void>;
}

/** Connects as isp/`name` and watches until disposed; with nothing that it understands as a client of release 0.2. */
export async function watchAs(stage: Stage, name: string, understands: Action[] = UNDERSTANDS): Promise<Isp> {
  const client = await stage.client(NoticeServiceService, "takedown", "isp", name);
  const received: SignedNotice[] = [];
  const stop = new AbortController();
  const watching = watch(client, received, { understands, signal: stop.signal });
  async function say({ noticeId, revision, payload }: SignedNotice, said: Partial<TargetOutcome>): Promise<void> {
    const { targets } = NoticePayload.decode(payload);
    const outcomes = targets.map(({ targetId }) => ({
      targetId,
      outcome: "OUTCOME_UNSPECIFIED" as const,
      cannotComplyReason: "CANNOT_COMPLY_REASON_UNSPECIFIED" as const,
      measureTime: stage.clock.now(),
      reference: "",
      ...plainOutcome,
      ...said,
    }));
    await client.reportOutcome({ requestId: randomUUID(), noticeId, revision, outcomes });
  }
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
    answer: (notice, outcome = "OUTCOME_REMOVED", more = {}) => say(notice, { outcome, ...more }),
    dispute: (notice) =>
      say(notice, {
        outcome: "OUTCOME_DISPUTED",
        disputeGrounds: "DISPUTE_GROUNDS_LAWFUL",
        disputeText: "a holiday picture of a customer",
      }),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await watching;
    },
  };
}

const UNDERSTANDS: Action[] = [
  "ACTION_REMOVE",
  "ACTION_DISABLE_ACCESS",
  "ACTION_BLOCK_NETWORK",
  "ACTION_RESTORE",
  "ACTION_SUSPEND",
  "ACTION_REMOVE_EMBEDDED",
];

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
