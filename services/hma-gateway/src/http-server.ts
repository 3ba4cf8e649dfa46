import { timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Problem, type Logger } from "@ntd/service";
import { isLoopback } from "./config.ts";
import { countRequest } from "./metrics.ts";
import { answer, type Answered, type Platform } from "./routes.ts";

export interface HttpServer extends AsyncDisposable {
  /** host:port that it listens on. */
  readonly address: string;
}

/** What no request of a hash needs more of. */
const BOUNDS = {
  maxHeaderSize: 16_384,
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  keepAliveTimeout: 60_000,
  /** Else it is looked every half minute whether a request has taken too long. */
  connectionsCheckingInterval: 1000,
};
const MOST_CONNECTIONS = 1000;
const CLOSE_MS = 3000;

/**
 * Serves HMA's lookups over plain HTTP: on loopback, or behind whatever ends TLS for the platform.
 *
 * @param token what callers must send as bearer; undefined: who reaches loopback may ask, by a name of loopback alone, so
 *   that no page in a browser there can ask by a name of its own.
 */
export async function serveHttp(
  listen: string,
  token: (() => string) | undefined,
  platform: Platform,
  log: Logger,
  bounds: typeof BOUNDS = BOUNDS,
): Promise<HttpServer> {
  const answerTo = (request: IncomingMessage, response: ServerResponse) => {
    void handle(request, token?.(), platform, log).then((answered) => send(request, response, answered));
  };
  const server = createServer(bounds, answerTo);
  // Nobody is told to go on with a file, which would be read for nothing.
  server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
    response.setHeader("connection", "close");
    answerTo(request, response);
  });
  server.maxConnections = MOST_CONNECTIONS;
  const [host, port] = [listen.replace(/:\d*$/, ""), Number(/:(\d*)$/.exec(listen)?.[1] ?? 0)];
  server.listen(port, host.replace(/^\[|\]$/g, ""));
  await once(server, "listening");
  const bound = (server.address() as AddressInfo).port;
  return { address: `${host}:${bound}`, [Symbol.asyncDispose]: () => close(server) };
}

async function handle(
  request: IncomingMessage,
  token: string | undefined,
  platform: Platform,
  log: Logger,
): Promise<Answered> {
  const refusal = refusalOf(request, token);
  if (refusal !== undefined) return refusal;
  const url = URL.parse(request.url ?? "", "http://gateway");
  if (url === null) return { status: 400, body: { message: "The URL cannot be read." } };
  const { pathname: path, searchParams: query } = url;
  const answered = await answer({ method: request.method ?? "", path, query }, platform);
  const { status, failure } = answered;
  if (failure !== undefined || (status >= 500 && status !== 501)) {
    log.warn({ status, path: knownPath(path), ...(failure && whyOf(failure)) }, "a look-up failed");
  }
  countRequest(knownPath(path), status);
  return answered;
}

// What has a name needs no trace: a platform that is away is met again with each hash.
function whyOf(failure: Problem): { reason: string } | { error: Problem } {
  return failure.reason === "INTERNAL" ? { error: failure } : { reason: failure.reason };
}

function refusalOf({ headers }: IncomingMessage, token: string | undefined): Answered | undefined {
  if (token === undefined) {
    if (!isLoopback(headers.host ?? "")) return forbidden("Ask this gateway by a name of loopback, such as localhost.");
    // A page may name loopback, too, as the address of a picture: it hears no answer, but it would use up the quota.
    const site = headers["sec-fetch-site"] ?? "none";
    const isOfPage = headers.origin !== undefined || (site !== "none" && site !== "same-origin");
    return isOfPage ? forbidden("No page of another site asks this gateway.") : undefined;
  }
  if (isSame(headers.authorization ?? "", `Bearer ${token}`)) return undefined;
  const message = "Send the gateway's token: Authorization: Bearer …";
  return { status: 401, body: { message }, headers: { "www-authenticate": "Bearer" } };
}

function forbidden(message: string): Answered {
  return { status: 403, body: { message } };
}

function isSame(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function send(request: IncomingMessage, response: ServerResponse, { status, body, headers = {} }: Answered): void {
  const isText = typeof body === "string";
  const content = isText ? body : JSON.stringify(body);
  // A file that somebody sends all the same is thrown away as it comes, for as long as a request may last.
  response.writeHead(status, {
    "content-type": isText ? "text/html; charset=utf-8" : "application/json",
    "content-length": Buffer.byteLength(content),
    "cache-control": "no-store",
    ...headers,
  });
  response.end(request.method === "HEAD" ? undefined : content);
}

// An address holds a hash: neither log nor metric has it.
function knownPath(path: string): string {
  return PATHS.has(path) ? path : "other";
}

const PATHS: ReadonlySet<string> = new Set([
  "/status",
  "/livez",
  "/readyz",
  "/m/lookup",
  "/m/raw_lookup",
  "/m/compare",
  "/m/index/status",
  "/h/hash",
]);

async function close(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
  await closed;
  clearTimeout(late);
}

/** The token in a file. @throws Problem CONFIG_INVALID when there is none in it. */
export function tokenIn(text: string): string {
  const token = text.trim();
  if (/^[\x21-\x7e]{16,}$/.test(token)) return token;
  throw new Problem(
    "CONFIG_INVALID",
    "The file of HMA_GATEWAY_TOKEN_FILE holds no token of 16 visible characters or more.",
  );
}
