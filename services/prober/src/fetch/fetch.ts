import { Agent, buildConnector, request, type Dispatcher } from "undici";
import type { Allowed } from "./networks.ts";
import { resolveHost, type DnsResolver, type Hosts } from "./resolve.ts";
import type { Reason } from "../targets/target-state.ts";
import { hostPlace, networkPlace } from "./rooms.ts";
import { reasonOfFailure } from "./fetch-failure.ts";

export interface FetchRules {
  dns: DnsResolver;
  hosts: Hosts;
  allowed: Allowed;
  /** Ports that may be connected to. */
  ports: readonly PortRange[];
  maxBytes: number;
  /** For everything: look-ups, redirects and the body to its end. */
  timeoutMs: number;
  userAgent: string;
  /** Takes room at a host and in a network before anything is asked of them; false when there is none. */
  enter(place: string): boolean;
}

/** First and last port. */
export type PortRange = readonly [from: number, to: number];

/** What an address answered; no_room: it was not asked. `ip` is the one connected to last, "" for no connection. */
export type Fetched =
  | { is: "no_room"; ip: string }
  | { is: "body"; bytes: Uint8Array; ip: string }
  | { is: "miss"; reason: Reason; ip: string }
  | { is: "no_answer"; reason: Reason; ip: string };

const MAX_REDIRECTS = 5;

/** Ends what a look has left open. Made once: each new error would cost a stack trace, a fifth of a look's time. */
const ENDED = new Error("the look has ended");

/**
 * Fetches an address. Each hop is checked anew: scheme, port, then the host is looked up once, EVERY address of it must
 * be allowed, and the connection goes to one of those, whatever the name says a moment later. No cookies, no
 * compression, nothing is kept.
 *
 * @param preferredIp kept if the host still has it, so that a host of many addresses does not look like one that moves.
 * @throws what `stop` aborts with; every other failure is an answer.
 */
export async function fetchAddress(
  url: string,
  rules: FetchRules,
  preferredIp: string,
  stop: AbortSignal,
): Promise<Fetched> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), rules.timeoutMs);
  const signal = AbortSignal.any([limit.signal, stop]);
  try {
    return await hops(url, rules, preferredIp, signal);
  } finally {
    clearTimeout(timer);
    limit.abort(ENDED);
    stop.throwIfAborted();
  }
}

async function hops(first: string, rules: FetchRules, preferredIp: string, signal: AbortSignal): Promise<Fetched> {
  let url = first;
  let ip = "";
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const step = await oneHop(url, rules, preferredIp, signal);
    ip = step.ip === "" ? ip : step.ip;
    if (step.is !== "redirect") return { ...step, ip };
    url = step.to;
  }
  return { is: "no_answer", reason: "TOO_MANY_REDIRECTS", ip };
}

type Step = Fetched | { is: "redirect"; to: string; ip: string };

async function oneHop(text: string, rules: FetchRules, preferredIp: string, signal: AbortSignal): Promise<Step> {
  const url = acceptable(text, rules.ports);
  if (url === undefined) return { is: "no_answer", reason: "ADDRESS_FORBIDDEN", ip: "" };
  if (!rules.enter(hostPlace(url.hostname))) return { is: "no_room", ip: "" };
  const resolved = await Promise.race([resolveHost(url.hostname, rules.dns, rules.hosts), whenAborted(signal)]);
  switch (resolved.is) {
    case "no_such_name":
      return { is: "miss", reason: "NAME_NOT_FOUND", ip: "" };
    case "no_address":
      return { is: "no_answer", reason: "NAME_NOT_FOUND", ip: "" };
    case "failed":
      return { is: "no_answer", reason: resolved.timedOut ? "TIMED_OUT" : "REFUSED", ip: "" };
    case "addresses":
      break;
    default:
      return resolved satisfies never;
  }
  if (!resolved.ips.every(rules.allowed)) return { is: "no_answer", reason: "ADDRESS_FORBIDDEN", ip: "" };
  const ip = resolved.ips.includes(preferredIp) ? preferredIp : (resolved.ips[0] ?? "");
  if (!rules.enter(networkPlace(ip))) return { is: "no_room", ip: "" };
  return ask(url, ip, rules, signal);
}

/** The URL without its fragment, if scheme, port and form are such that it may be fetched. */
function acceptable(text: string, ports: readonly PortRange[]): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  const plain = url.username === "" && url.password === "";
  const open = ports.some(([from, to]) => from <= port && port <= to);
  return (url.protocol === "http:" || url.protocol === "https:") && plain && open ? url : undefined;
}

async function ask(url: URL, ip: string, rules: FetchRules, signal: AbortSignal): Promise<Step> {
  const agent = pinned(ip, rules.timeoutMs);
  try {
    const response = await request(url.href, {
      dispatcher: agent,
      method: "GET",
      headers: { "user-agent": rules.userAgent, accept: "*/*", "accept-encoding": "identity" },
      headersTimeout: rules.timeoutMs,
      bodyTimeout: rules.timeoutMs,
      signal,
    });
    // Failures of a body that nobody reads any more.
    response.body.on("error", () => undefined);
    return await read(response, url, ip, rules.maxBytes);
  } catch (error) {
    return { is: "no_answer", reason: signal.aborted ? "TIMED_OUT" : reasonOfFailure(error), ip };
  } finally {
    await agent.destroy(ENDED);
  }
}

/** Connects to `ip` and nowhere else; the host's name stays in `Host` and in TLS. */
function pinned(ip: string, timeoutMs: number): Agent {
  const connect = buildConnector({ timeout: timeoutMs, allowH2: false, maxCachedSessions: 0 });
  return new Agent({ connect: (options, done) => connect({ ...options, hostname: ip }, done), pipelining: 0 });
}

async function read(response: Dispatcher.ResponseData, url: URL, ip: string, maxBytes: number): Promise<Step> {
  const { statusCode, headers, body } = response;
  const location = headers["location"];
  if (redirects.has(statusCode) && typeof location === "string") {
    return URL.canParse(location, url.href)
      ? { is: "redirect", to: new URL(location, url).href, ip }
      : { is: "no_answer", reason: "SERVER_ERROR", ip };
  }
  const miss = misses[statusCode];
  if (miss !== undefined) return { is: "miss", reason: miss, ip };
  if (statusCode >= 400 && statusCode < 500) return { is: "no_answer", reason: "HTTP_REFUSED", ip };
  const encoding = String(headers["content-encoding"] ?? "identity").toLowerCase();
  // A part, or what would have to be unpacked, was not asked for.
  if (statusCode < 200 || statusCode > 299 || statusCode === 206 || encoding !== "identity") {
    return { is: "no_answer", reason: "SERVER_ERROR", ip };
  }
  if (Number(headers["content-length"] ?? 0) > maxBytes) return { is: "no_answer", reason: "BODY_TOO_LARGE", ip };
  const bytes = await upTo(maxBytes, body);
  return bytes === undefined ? { is: "no_answer", reason: "BODY_TOO_LARGE", ip } : { is: "body", bytes, ip };
}

const redirects = new Set([301, 302, 303, 307, 308]);
const misses: Partial<Record<number, Reason>> = { 404: "HTTP_NOT_FOUND", 410: "HTTP_GONE", 451: "HTTP_LEGAL" };

async function upTo(maxBytes: number, body: AsyncIterable<Uint8Array>): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function whenAborted(signal: AbortSignal): Promise<{ is: "failed"; timedOut: true }> {
  const { promise, resolve } = Promise.withResolvers<{ is: "failed"; timedOut: true }>();
  const end = () => resolve({ is: "failed", timedOut: true });
  if (signal.aborted) end();
  else signal.addEventListener("abort", end, { once: true });
  return promise;
}
