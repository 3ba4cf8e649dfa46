import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NoticePayload } from "@ntd/proto/takedown/v1/notice";
import type { SignedNotice } from "@ntd/proto/takedown/v1/notice_service";
import type { Signer } from "@ntd/service";
import { createAuthority, issueIdentity } from "@ntd/embedded";
import { HANDLER_SOURCE, type HandlerLine } from "./handler.ts";
import { aPayload, aSigner, PROVIDER, signed } from "./notices.ts";
import { startFakePlatform, type FakePlatform } from "./platform.ts";

/** A provider's machine: the agent as a process, a handler that writes down what it was told, the platform's fake. */
export interface AgentBed extends AsyncDisposable {
  readonly dir: string;
  readonly platform: FakePlatform;
  readonly signer: Signer;
  /** Starts the agent; settings of an empty value are left out. */
  start(settings?: Record<string, string>): Agent;
  /** Signs a notice and has the platform send it. */
  offer(change?: Partial<NoticePayload>): Promise<SignedNotice>;
  /** What handlers wrote so far, oldest first. */
  handled(noticeId?: string): HandlerLine[];
  status(): Status | undefined;
  file(name: string): string;
}

export interface Agent {
  readonly process: ChildProcess;
  /** Log lines so far. */
  lines(): Record<string, unknown>[];
  kill(signal: NodeJS.Signals): Promise<void>;
}

export interface Status {
  handler: boolean;
  counts: Record<string, number>;
  pending: Record<string, unknown>[];
}

export async function openAgentBed(): Promise<AgentBed> {
  await using stack = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), "ntd-agent-"));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  await createAuthority(dir);
  const own = await issueIdentity(dir, { kind: "isp", name: PROVIDER });
  const takedown = await issueIdentity(dir, { kind: "service", name: "takedown" });
  const platform = stack.use(await startFakePlatform(takedown.dir));
  const signer = await aSigner(dir, "2026-11");
  platform.keys = [signer.publicJwk];
  const file = (name: string) => join(dir, name);
  writeFileSync(file("handler.mjs"), HANDLER_SOURCE);
  const environment = {
    NTD_ENVIRONMENT: "TEST",
    NTD_TAKEDOWN_ADDRESS: platform.address,
    ISP_AGENT_IDENTITY_DIR: own.dir,
    ISP_AGENT_PROVIDER_ID: PROVIDER,
    ISP_AGENT_STORE_URL: `file:${file("store/agent.sqlite")}`,
    ISP_AGENT_KEYS_FILE: file("keys.json"),
    ISP_AGENT_STATUS_FILE: file("status.json"),
    ISP_AGENT_HANDLER: JSON.stringify([process.execPath, file("handler.mjs"), dir]),
  };
  const running = stack.move();
  return {
    dir,
    platform,
    signer,
    file,
    start(settings = {}) {
      const all = Object.entries({ ...environment, ...settings }).filter(([, value]) => value !== "");
      const agent = startAgent(Object.fromEntries(all));
      running.defer(() => agent.kill("SIGTERM"));
      return agent;
    },
    async offer(change) {
      const notice = await signed(signer, aPayload(change));
      platform.offer(notice);
      return notice;
    },
    handled(noticeId) {
      const all = jsonLines(textOf(file("handled"))) as unknown as HandlerLine[];
      return all.filter((line) => noticeId === undefined || line.notice_id === noticeId);
    },
    status: () => (existsSync(file("status.json")) ? (JSON.parse(textOf(file("status.json"))) as Status) : undefined),
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

function startAgent(environment: Record<string, string>): Agent {
  const { PATH = "" } = process.env;
  const child = spawn(process.execPath, [join(import.meta.dirname, "../src/main.ts")], {
    env: { PATH, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (data: Buffer) => (output += data.toString()));
  return {
    process: child,
    lines: () => jsonLines(output),
    async kill(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill(signal);
      await ended;
    },
  };
}

function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

// The last line may be half written.
function jsonLines(text: string): Record<string, unknown>[] {
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  return whole
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
