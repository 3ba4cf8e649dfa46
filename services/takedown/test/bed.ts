import { randomUUID } from "node:crypto";
import { nouns } from "@ntd/bus";
import type { Case } from "@ntd/proto/casework/v1/case";
import { NoticePayload, type Action, type Notice } from "@ntd/proto/takedown/v1/notice";
import { NoticeServiceService, type SignedNotice } from "@ntd/proto/takedown/v1/notice_service";
import {
  ProviderServiceService,
  type Provider,
  type ProviderChange,
  type ProviderEdit,
} from "@ntd/proto/takedown/v1/provider_service";
import type { Target } from "@ntd/proto/prober/v1/target";
import { connect, type RpcClient } from "@ntd/rpc";
import { createLog, sealAddress, sealerFromFile, startLoop, type Clock } from "@ntd/service";
import { openStore, type Store } from "@ntd/store";
import { editWith, eventually, makeProvider, startTestBed, type TestBed } from "@ntd/testing";
import { readTakedownConfig } from "../src/config.ts";
import { aCase, aDecision, aTarget, at } from "./examples.ts";
import { start } from "../src/service.ts";

/** The service on a real bus, with those that talk to it. */
export interface TestTakedown extends AsyncDisposable {
  bed: TestBed;
  address: string;
  operator: RpcClient<typeof ProviderServiceService>;
  /** Another person. */
  another: RpcClient<typeof ProviderServiceService>;
  /** Ends the service and starts it again on its store; meanwhile `between` has the store to itself. */
  restart(between?: (store: Store) => Promise<void>): Promise<void>;
  isp(name: string): Promise<RpcClient<typeof NoticeServiceService>>;
  /** Two operators make a provider. */
  provider(id: string, change?: Partial<Provider>): Promise<void>;
  /** Two operators change one. */
  edit(id: string, edit: Partial<ProviderEdit>, over?: string[]): Promise<ProviderChange>;
  /** A case of its own, decided illegal; its ids and the address it is about. */
  decide(host: string, change?: Partial<Case>): Promise<{ caseId: string; targetId: string; url: string }>;
  publishCase(caseId: string, version: number, url: string, change: Partial<Case>): Promise<void>;
  publishTarget(version: number, change: Partial<Target>): Promise<void>;
  /** The newest published notices of a case. */
  notices(caseId: string): Promise<Notice[]>;
  /** The notice of a case, once it is there. */
  notice(caseId: string): Promise<Notice>;
}

export async function startTestTakedown(settings: Record<string, string> = {}, clock?: Clock): Promise<TestTakedown> {
  await using stack = new AsyncDisposableStack();
  const bed = stack.use(await startTestBed());
  const environment = await bed.environment("takedown", settings);
  const config = readTakedownConfig(environment);
  const sealer = sealerFromFile(config.sealingKeysFile);
  const boot = () => start(config, clock === undefined ? {} : { clock });
  let running = await boot();
  const port = running.address;
  stack.defer(() => running[Symbol.asyncDispose]());
  const clients = stack.use(new AsyncDisposableStack());
  const client = async (kind: "isp" | "operator", name: string) => await bed.identity(kind, name);
  const operatorAs = async (name: string) =>
    clients.use(connect(ProviderServiceService, { address: port, identityDir: await client("operator", name) }));
  const [operator, another] = [await operatorAs("admin"), await operatorAs("second")];
  const publishCase: TestTakedown["publishCase"] = (caseId, version, url, change) =>
    bed.publish(
      nouns.case,
      "updated",
      caseId,
      version,
      aCase({ caseId, address: sealAddress(sealer, { original: url, fetch: url, key: url }, new Date()), ...change }),
    );
  async function notices(caseId: string): Promise<Notice[]> {
    const all = (await bed.published(nouns.notice)).map((e) => e.data).filter((n) => n.caseId === caseId);
    return [...new Map(all.map((n) => [n.noticeId, n])).values()];
  }
  const owner = stack.move();
  return {
    bed,
    address: port,
    operator,
    another,
    publishCase,
    notices,
    async restart(between = async () => undefined) {
      await running[Symbol.asyncDispose]();
      await onStore(config.storeUrl, between);
      running = await start({ ...config, listen: port.replace("localhost", "127.0.0.1") }, clock && { clock });
    },
    isp: async (name) =>
      clients.use(connect(NoticeServiceService, { address: port, identityDir: await client("isp", name) })),
    async provider(id, change = {}) {
      await makeProvider({ first: operator, second: another }, { providerId: id, identities: [id], ...change });
    },
    edit: (providerId, change, over = []) => edited(operator, another, { providerId, change, over }),
    async decide(host, change = {}) {
      const [caseId, targetId] = [randomUUID(), randomUUID()];
      const url = `https://${host}/${caseId}.png`;
      await publishCase(caseId, 1, url, { targetId, decision: aDecision(`decision of ${caseId}`), ...change });
      return { caseId, targetId, url };
    },
    publishTarget: (version, change) => {
      const target = aTarget({ probedTime: at(version), ...change });
      return bed.publish(nouns.target, "seen", target.targetId, version, target);
    },
    notice: (caseId) => eventually("a notice of the case", async () => (await notices(caseId))[0]),
    [Symbol.asyncDispose]: () => owner.disposeAsync(),
  };
}

async function onStore(url: string, work: (store: Store) => Promise<void>): Promise<void> {
  await using store = await openStore(url);
  await work(store);
}

/** What comes over a stream, in order, until it is closed. */
export interface Watching extends AsyncDisposable {
  readonly notices: SignedNotice[];
  readonly heartbeats: Date[];
  next(count?: number): Promise<SignedNotice>;
}

/** Opens a stream, again and again as an agent does, and collects what it brings. */
export function watch(
  isp: RpcClient<typeof NoticeServiceService>,
  maxInFlight = 0,
  understands: readonly Action[] = [],
): Watching {
  const stop = new AbortController();
  const notices: SignedNotice[] = [];
  const heartbeats: Date[] = [];
  async function read(): Promise<void> {
    for await (const { event } of isp.watchNotices(
      { maxInFlight, understands: [...understands] },
      { signal: stop.signal },
    )) {
      if (event?.$case === "notice") notices.push(event.value);
      else if (event !== undefined) heartbeats.push(event.value);
    }
  }
  const reading = startLoop("watching", 50, createLog("test", "silent"), read);
  return {
    notices,
    heartbeats,
    next: (count = 1) => eventually(`notice number ${count} on the stream`, () => notices[count - 1]),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await reading[Symbol.asyncDispose]();
    },
  };
}

const because = { reason: "test", dryRun: false };

type Operator = RpcClient<typeof ProviderServiceService>;

async function edited(
  operator: Operator,
  another: Operator,
  { providerId, change, over }: { providerId: string; change: Partial<ProviderEdit>; over: string[] },
): Promise<ProviderChange> {
  const edit = editWith(change);
  const answer = await operator.editProvider({ requestId: randomUUID(), providerId, edit, over, ...because });
  if (answer.change === undefined) throw new Error("the answer holds no change");
  if (answer.change.state !== "PROVIDER_CHANGE_STATE_PROPOSED") return answer.change;
  const approval = { requestId: randomUUID(), changeId: answer.change.changeId };
  const approved = await another.approveProviderChange(approval);
  return approved.change ?? answer.change;
}

export const payloadOf = (notice: SignedNotice): NoticePayload => NoticePayload.decode(notice.payload);
