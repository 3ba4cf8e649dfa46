import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { createAuthority, issueIdentity, type IdentityName } from "@ntd/embedded";
import { BrowserServiceService, type Looked, type LookRequest } from "@ntd/proto/browser/v1/browser_service";
import { connect, type RpcClient } from "@ntd/rpc";
import { createLog } from "@ntd/service";
import { readBrowserConfig } from "../src/config.ts";
import { start } from "../src/service.ts";

/** Where pages are in tests: the one network that the browser may ask. What is at 127.0.0.1 is our own. */
export const PAGES = "127.0.0.2";

export interface Bed extends AsyncDisposable {
  readonly lines: Record<string, unknown>[];
  look(address: string, given?: Given): Promise<Seen>;
  /** The same by somebody else. */
  lookAs(kind: IdentityName["kind"], name: string): Promise<Seen>;
}

interface Seen extends Looked {
  /** What the caller let through. */
  requests: { url: string; ips: readonly string[] }[];
}

interface Given {
  acceptLanguage?: string;
  /** By default everything. "silent": it never says. */
  mayConnect?: (url: string, ips: readonly string[]) => boolean | "silent";
}

export const log = (lines: Record<string, unknown>[]) =>
  createLog("browser", "debug", { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) });

/** The service, and the prober's client. */
export async function startBed(settings: Readonly<Record<string, string>> = {}): Promise<Bed> {
  await using stack = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), "ntd-browser-"));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  await createAuthority(dir);
  const identity = async (name: string) => (await issueIdentity(dir, { kind: "service", name })).dir;
  const config = readBrowserConfig({
    NTD_ENVIRONMENT: "TEST",
    BROWSER_IDENTITY_DIR: await identity("browser"),
    BROWSER_ALLOW_NETWORKS: `${PAGES}/32`,
    BROWSER_ALLOW_PORTS: "1024-65535",
    ...settings,
  });
  const lines: Record<string, unknown>[] = [];
  const running = stack.use(await start(config, { log: log(lines) }));
  const options = { address: running.address, identityDir: await identity("prober"), deadlineMs: 120_000 };
  const client = stack.use(connect(BrowserServiceService, options));
  const bed = stack.move();
  return {
    lines,
    look: (address, given) => lookedAt(client, address, given),
    async lookAs(kind, name) {
      const { dir: identityDir } = await issueIdentity(dir, { kind, name });
      await using other = connect(BrowserServiceService, { address: running.address, identityDir });
      return await lookedAt(other, "http://a.example/");
    },
    [Symbol.asyncDispose]: () => bed[Symbol.asyncDispose](),
  };
}

async function lookedAt(
  client: RpcClient<typeof BrowserServiceService>,
  address: string,
  { acceptLanguage = "", mayConnect = () => true }: Given = {},
): Promise<Seen> {
  const requests: Seen["requests"] = [];
  const said = new PassThrough({ objectMode: true });
  const say = (step: LookRequest["step"]) => void said.write({ step } satisfies LookRequest);
  say({ $case: "lookAt", value: { address, acceptLanguage } });
  for await (const { step } of client.look(said as AsyncIterable<LookRequest>)) {
    if (step?.$case === "looked") return { ...step.value, requests };
    if (step?.$case !== "connectQuestion") continue;
    const { number, url, ips } = step.value;
    const may = mayConnect(url, ips);
    if (may === true) requests.push({ url, ips });
    if (may !== "silent") say({ $case: "connectAnswer", value: { number, mayConnect: may } });
  }
  throw new Error("it ended without a word");
}

export interface Web extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** "GET /path" of each request that came. */
  readonly asked: string[];
  /** Connections that came, whatever was said on them. */
  readonly connections: () => number;
  readonly upgrades: () => number;
}

type Answering = (request: IncomingMessage, response: ServerResponse) => void;

/** A web server that counts all that reaches it. */
export async function startWeb(answer: Answering, host = PAGES): Promise<Web> {
  const asked: string[] = [];
  let connections = 0;
  let upgrades = 0;
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  server.on("connection", () => connections++);
  server.on("upgrade", (_, socket) => {
    upgrades++;
    socket.destroy();
  });
  server.listen(0, host);
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  return {
    port,
    url: `http://${host}:${port}`,
    asked,
    connections: () => connections,
    upgrades: () => upgrades,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** Answers by path: a page as text, a picture as bytes, anything as a function. */
export function answering(pages: Readonly<Record<string, string | Uint8Array | Answering>>): Answering {
  return (request, response) => {
    const answer = pages[URL.parse(request.url ?? "", "http://x")?.pathname ?? ""];
    if (typeof answer === "function") answer(request, response);
    else if (typeof answer === "string") response.setHeader("content-type", "text/html").end(answer);
    else if (answer !== undefined) response.setHeader("content-type", "image/gif").end(answer);
    else response.writeHead(404).end();
  };
}

/** A lawful picture: one pixel. */
export const GIF = Buffer.from("R0lGODlhAQABAIAAAP8AAP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==", "base64");
