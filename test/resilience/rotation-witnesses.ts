import { createHash } from "node:crypto";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { connectBus, type Bus } from "@ntd/bus";
import { ReportServiceService } from "@ntd/proto/intake/v1/report_service";
import { connect, problemOf, watchIdentity, type RpcClient } from "@ntd/rpc";
import { createLog } from "@ntd/service";
import { eventually } from "@ntd/testing";
import type { Ground } from "../kernel/path.ts";

/** What those said who were connected all the time. */
export interface Witnessed {
  /** What a reporter was answered who asked all the time on one connection. */
  answers: Record<string, number>;
  /** What one was answered who was put on the deny-list and taken off it, on one connection. */
  denied: string[];
  /** What the last certificate of the old authority is worth: on a connection that was open, on a new one, on the bus. */
  old: { open: string; anew: string; bus: string };
}

interface Old extends AsyncDisposable {
  ask: () => Promise<string>;
  anew: () => Promise<string>;
  /** Why it is away from the bus, once it is. */
  bus: () => string | undefined;
}

const NO_REPORT = "reports/00000000-0000-4000-8000-000000000000";
const OFTEN_MS = 50;

export async function witnesses(ground: Ground, denyList: string) {
  await using stack = new AsyncDisposableStack();
  const { machine, endpoints } = ground.platform;
  const address = endpoints["intake"] ?? "";
  const log = createLog("test", "silent");
  const watched = async (name: string) => {
    const identity = stack.use(watchIdentity(await machine.identity("reporter", name), log));
    return stack.use(connect(ReportServiceService, { address, identityDir: identity }));
  };
  const [lasting, mallory] = [await watched("lasting"), await watched("mallory")];
  const copies = await mkdtemp(join(tmpdir(), "ntd-old-"));
  stack.defer(() => rm(copies, { recursive: true, force: true }));
  const answers: Record<string, number> = {};
  const stop = new AbortController();
  const asking = (async () => {
    while (!stop.signal.aborted) {
      const answer = await answerOf(lasting);
      answers[answer] = (answers[answer] ?? 0) + 1;
      await delay(OFTEN_MS);
    }
  })();
  stack.defer(async () => {
    stop.abort();
    await asking;
  });
  const denied = [await answerOf(mallory)];
  const until = async (answer: string) => {
    await eventually(`mallory is answered ${answer}`, async () => (await answerOf(mallory)) === answer);
    denied.push(answer);
  };
  let old: Old | undefined;
  const running = stack.move();
  return {
    /** The last moment of the old authority: somebody keeps a certificate by it. */
    async holdOn(): Promise<void> {
      old = running.use(await connectedOnce(ground, copies));
    },
    async deny(): Promise<void> {
      await writeFile(denyList, "spiffe://ntd.test/reporter/mallory\n");
      await until("IDENTITY_DENIED");
    },
    async pardon(): Promise<void> {
      await writeFile(denyList, "");
      await until("NOT_FOUND");
    },
    async end(): Promise<Witnessed> {
      if (old === undefined) throw new Error("nobody kept a certificate of the old authority");
      const { ask, anew, bus } = old;
      const open = await eventually("its open connection has ended", async () => notFound(await ask()));
      const told = { open, anew: await anew(), bus: await eventually("it is away from the bus", bus) };
      stop.abort();
      await asking;
      return { answers, denied, old: told };
    },
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

const notFound = (answer: string) => (answer === "NOT_FOUND" ? undefined : answer);

/** Somebody who takes up no new certificate, at a service and on the bus. */
async function connectedOnce({ platform }: Ground, copies: string): Promise<Old> {
  await using stack = new AsyncDisposableStack();
  const { machine, endpoints } = platform;
  const copyOf = async (kind: "reporter" | "operator", name: string) => {
    const dir = join(copies, `${kind}-${name}`);
    await cp(await machine.identity(kind, name), dir, { recursive: true });
    return dir;
  };
  const identityDir = await copyOf("reporter", "lasting");
  const address = endpoints["intake"] ?? "";
  const client = stack.use(connect(ReportServiceService, { address, identityDir }));
  const first = await answerOf(client);
  if (first !== "NOT_FOUND") throw new Error(`the old certificate is worth nothing from the beginning: ${first}`);
  let away: string | undefined;
  const write = (line: string) => void (away = (JSON.parse(line) as { reason?: string }).reason ?? away);
  const log = createLog("test", "info", { write });
  const bus: Bus = await connectBus({
    name: "admin",
    natsUrl: machine.nats.url,
    identityDir: await copyOf("operator", "admin"),
    log,
  });
  stack.defer(() => bus.connection.close());
  const running = stack.move();
  return {
    ask: () => answerOf(client),
    async anew() {
      await using again = connect(ReportServiceService, { address, identityDir });
      return answerOf(again);
    },
    // Nothing listens while the server is restarted, which says nothing about a certificate.
    bus: () => (away === "port" ? undefined : away),
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

async function answerOf(client: RpcClient<typeof ReportServiceService>): Promise<string> {
  try {
    await client.getReport({ name: NO_REPORT });
    return "OK";
  } catch (error) {
    return problemOf(error).reason;
  }
}

/** Of what stands in files. */
export async function digestOf(paths: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const path of paths) hash.update(await readFile(path));
  return hash.digest("hex");
}
