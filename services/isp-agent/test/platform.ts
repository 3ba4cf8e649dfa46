import { setTimeout as delay } from "node:timers/promises";
import type { Action } from "@ntd/proto/takedown/v1/notice";
import {
  NoticeServiceService,
  type AcknowledgeNoticeRequest,
  type RejectNoticeRequest,
  type ReportOutcomeRequest,
  type SignedNotice,
  type WatchNoticesRequest,
} from "@ntd/proto/takedown/v1/notice_service";
import { service, startRpcServer, type CallContext, type RpcServer } from "@ntd/rpc";
import { createLog, Health, Problem, type JWK } from "@ntd/service";
import { freePort } from "@ntd/embedded";

type Method = "listSigningKeys" | "acknowledgeNotice" | "rejectNotice" | "reportOutcome";

/** The platform's side of NoticeService, played by the test: it sends what is offered until it is acknowledged. */
export interface FakePlatform extends AsyncDisposable {
  readonly address: string;
  readonly acknowledged: AcknowledgeNoticeRequest[];
  readonly rejected: RejectNoticeRequest[];
  /** What clients said that they understand, oldest first. */
  readonly understood: Action[];
  /** Every call, repeats too. */
  readonly answers: ReportOutcomeRequest[];
  keys: JWK[];
  /** What a call fails with, if it does. */
  fault: (method: Method, noticeId: string) => Problem | undefined;
  offer(notice: SignedNotice): void;
  /** Sends it on every stream again, acknowledged or not. */
  repeat(notice: SignedNotice): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const methods = ["WatchNotices", "AcknowledgeNotice", "RejectNotice", "ReportOutcome", "ListSigningKeys"];
const access = Object.fromEntries(methods.map((m) => [`/ntd.takedown.v1.NoticeService/${m}`, ["isp"]]));

export async function startFakePlatform(identityDir: string): Promise<FakePlatform> {
  const port = await freePort();
  const open: SignedNotice[] = [];
  const log = createLog("platform", "silent");
  let server: RpcServer | undefined;
  const platform: FakePlatform = {
    address: `localhost:${port}`,
    acknowledged: [],
    rejected: [],
    understood: [],
    answers: [],
    keys: [],
    fault: () => undefined,
    offer: (notice) => void open.push(notice),
    repeat: (notice) => void open.push({ ...notice }),
    async start() {
      const listen = `127.0.0.1:${port}`;
      const options = { listen, identityDir, denyListFile: "", access, health: new Health(log), log };
      server = await startRpcServer(options, [service(NoticeServiceService, methodsOf(platform, open))]);
    },
    async stop() {
      await server?.[Symbol.asyncDispose]();
      server = undefined;
    },
    [Symbol.asyncDispose]: () => platform.stop(),
  };
  await platform.start();
  return platform;
}

function methodsOf(platform: FakePlatform, open: SignedNotice[]) {
  const failing = (method: Method, noticeId: string) => {
    const problem = platform.fault(method, noticeId);
    if (problem !== undefined) throw problem;
  };
  const missing = () => Promise.reject(new Problem("NOT_FOUND"));
  return {
    async *watchNotices({ understands }: WatchNoticesRequest, { signal }: CallContext) {
      platform.understood.push(...understands);
      const sent = new Set<SignedNotice>();
      yield { event: { $case: "heartbeatTime", value: new Date() } as const };
      while (!signal.aborted) {
        for (const notice of open.filter((n) => !sent.has(n))) {
          sent.add(notice);
          yield { event: { $case: "notice", value: notice } as const };
        }
        await delay(10, undefined, { signal }).catch(() => undefined);
      }
    },
    async rejectNotice(request: RejectNoticeRequest) {
      failing("rejectNotice", request.noticeId);
      platform.rejected.push(request);
      return { receivedTime: new Date(), state: "NOTICE_STATE_REJECTED" as const };
    },
    async acknowledgeNotice(request: AcknowledgeNoticeRequest) {
      failing("acknowledgeNotice", request.noticeId);
      platform.acknowledged.push(request);
      const at = open.findIndex((n) => n.noticeId === request.noticeId && n.revision === request.revision);
      if (at >= 0) open.splice(at, 1);
      return { acknowledgedTime: new Date() };
    },
    async reportOutcome(request: ReportOutcomeRequest) {
      failing("reportOutcome", request.noticeId);
      platform.answers.push(request);
      return { receivedTime: new Date(), state: "NOTICE_STATE_ANSWERED" as const };
    },
    async listSigningKeys() {
      failing("listSigningKeys", "");
      return { jwksJson: JSON.stringify({ keys: platform.keys }) };
    },
    getNotice: missing,
    listNotices: missing,
  };
}
