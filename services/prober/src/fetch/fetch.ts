import { CookieJar } from "tough-cookie";
import { wholeBody } from "./body.ts";
import { BodyTooLarge } from "./content-coding.ts";
import type { Eye } from "./eye.ts";
import { exchange, type Answer, type TlsFlaw } from "./exchange.ts";
import type { Allowed } from "./networks.ts";
import { headerLines, type AsWhom } from "./profile.ts";
import { resolveHost, type DnsResolver, type Hosts } from "./resolve.ts";
import type { Reason } from "../targets/target-state.ts";
import { hostPlace, networkPlace } from "./rooms.ts";
import { reasonOfFailure } from "./fetch-failure.ts";
import { NoWayOut } from "./way-out.ts";

export interface FetchRules {
  /** Who looks. */
  eye: Eye;
  asWhom: AsWhom;
  dns: DnsResolver;
  hosts: Hosts;
  allowed: Allowed;
  /** Ports that may be connected to. */
  ports: readonly PortRange[];
  maxBytes: number;
  /** For everything: look-ups, redirects and the body to its end. */
  timeoutMs: number;
  /** Takes room at a host and in a network before anything is asked of them; false when there is none. */
  enter(place: string): boolean;
}

/** First and last port. */
export type PortRange = readonly [from: number, to: number];

/**
 * What an address answered; no_room: it was not asked; no_way_out: it could not be asked, which says nothing of it (see `NoWayOut`). `ip` is the one connected to last, "" for no connection. What a
 * status refuses may come with a body that a browser shows all the same. `short`: it ended before its time.
 */
export type Fetched =
  | { is: "no_room"; ip: string }
  | { is: "no_way_out"; ip: "" }
  | { is: "body"; bytes: Uint8Array; ip: string; head: Head; short?: true }
  | { is: "miss"; reason: Reason; ip: string; bytes?: Uint8Array; head?: Head }
  | { is: "no_answer"; reason: Reason; ip: string; bytes?: Uint8Array; head?: Head };

/** The head of the last answer of a fetch. */
export interface Head {
  /** What was asked last, after all redirects, without its fragment. */
  url: string;
  status: number;
  /** By names in small letters, as often as they came. */
  headers: ReadonlyMap<string, readonly string[]>;
  tls?: TlsFlaw;
}

/** As many as browsers follow. */
const MAX_REDIRECTS = 20;
/** The next address of a host is tried when one has not taken the connection by then. */
const CONNECT_MS = 5000;

/** Ends what a look has left open. Made once: each new error would cost a stack trace, a fifth of a look's time. */
const ENDED = new Error("the look has ended");

/**
 * Fetches an address. Each hop is checked anew: scheme, port, then the host is looked up once, and the connection goes
 * to one of its addresses that are allowed, whatever the name says a moment later. Read as tolerantly as browsers read.
 * Cookies live for this one fetch; nothing is kept.
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
  const cookies = new CookieJar(undefined, { looseMode: true });
  let url = first;
  let ip = "";
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const step = await oneHop(url, { ...rules, cookies, preferredIp, signal });
    if (step.is === "no_way_out") return step;
    ip = step.ip === "" ? ip : step.ip;
    if (step.is !== "redirect") return { ...step, ip };
    url = step.to;
  }
  return { is: "no_answer", reason: "TOO_MANY_REDIRECTS", ip };
}

type Step = Fetched | { is: "redirect"; to: string; ip: string };

/** The rules, and what belongs to this one fetch. */
interface Hop extends FetchRules {
  cookies: CookieJar;
  preferredIp: string;
  signal: AbortSignal;
}

async function oneHop(text: string, hop: Hop): Promise<Step> {
  const url = acceptable(text, hop.ports);
  if (url === undefined) return { is: "no_answer", reason: "ADDRESS_FORBIDDEN", ip: "" };
  if (!hop.enter(hostPlace(url.hostname))) return { is: "no_room", ip: "" };
  const resolved = await Promise.race([resolveHost(url.hostname, hop.dns, hop.hosts), whenAborted(hop.signal)]);
  switch (resolved.is) {
    case "no_such_name":
      return { is: "miss", reason: "NAME_NOT_FOUND", ip: "" };
    case "no_address":
      return { is: "no_answer", reason: "NAME_NOT_FOUND", ip: "" };
    case "not_from_here":
      return { is: "no_answer", reason: "NOT_FROM_HERE", ip: "" };
    case "no_resolver":
      return { is: "no_way_out", ip: "" };
    case "failed":
      return { is: "no_answer", reason: resolved.timedOut ? "TIMED_OUT" : "REFUSED", ip: "" };
    case "addresses":
      return firstThatConnects(url, resolved.ips.filter(hop.allowed), hop);
    default:
      return resolved satisfies never;
  }
}

/** Asks the addresses in turn until one takes the connection; the one the host had before comes first. */
async function firstThatConnects(url: URL, ips: readonly string[], hop: Hop): Promise<Step> {
  const { preferredIp } = hop;
  const inTurn = ips.includes(preferredIp) ? [preferredIp, ...ips.filter((ip) => ip !== preferredIp)] : ips;
  let step: Step | undefined;
  for (const ip of inTurn) {
    if (!hop.enter(networkPlace(ip))) return { is: "no_room", ip: "" };
    const next = await ask(url, ip, hop, inTurn.length > 1);
    // What the host said at one address counts, though no way leads from here to another.
    if (step === undefined || !isOurFailure(next)) step = next;
    const tookIt = next.is !== "no_way_out" && (next.is !== "no_answer" || !unconnected.has(next.reason));
    if (tookIt || hop.signal.aborted) break;
  }
  return step ?? { is: "no_answer", reason: "ADDRESS_FORBIDDEN", ip: "" };
}

const isOurFailure = (step: Step) =>
  step.is === "no_way_out" || (step.is === "no_answer" && step.reason === "NOT_FROM_HERE");

const unconnected: ReadonlySet<Reason> = new Set<Reason>(["REFUSED", "TIMED_OUT", "NOT_FROM_HERE"]);

/** The URL without its fragment, if scheme, port and form are such that it may be fetched. */
function acceptable(text: string, ports: readonly PortRange[]): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  const plain = url.username === "" && url.password === "";
  const open = ports.some(([from, to]) => from <= port && port <= to);
  return (url.protocol === "http:" || url.protocol === "https:") && plain && open ? url : undefined;
}

async function ask(url: URL, ip: string, hop: Hop, hasOthers: boolean): Promise<Step> {
  const { cookies, signal, timeoutMs, eye, asWhom } = hop;
  const lines = headerLines(eye, asWhom, { url, cookie: cookies.getCookieStringSync(url.href) });
  const ended = new AbortController();
  try {
    const connectMs = hasOthers ? Math.min(CONNECT_MS, timeoutMs) : timeoutMs;
    const answer = await exchange({ url, ip, via: eye.via, connectMs }, lines, AbortSignal.any([signal, ended.signal]));
    for (const one of answer.headers.get("set-cookie") ?? [])
      cookies.setCookieSync(one, url.href, { ignoreError: true });
    return await read(answer, url, ip, hop);
  } catch (error) {
    if (error instanceof NoWayOut) return { is: "no_way_out", ip: "" };
    if (error instanceof BodyTooLarge) return { is: "no_answer", reason: "BODY_TOO_LARGE", ip };
    return { is: "no_answer", reason: signal.aborted ? "TIMED_OUT" : reasonOfFailure(error), ip };
  } finally {
    ended.abort(ENDED);
  }
}

async function read(answer: Answer, url: URL, ip: string, { maxBytes, signal }: Hop): Promise<Step> {
  const { status, headers, tls } = answer;
  const head: Head = { url: url.href, status, headers, ...(tls && { tls }) };
  const location = headers.get("location")?.[0];
  if (redirects.has(status) && location !== undefined) {
    const to = inUtf8(location);
    return URL.canParse(to, url.href)
      ? { is: "redirect", to: new URL(to, url).href, ip }
      : { is: "no_answer", reason: "SERVER_ERROR", ip };
  }
  const refusal = refusalOf(status, headers.get("content-range")?.[0]);
  if (refusal === undefined) {
    return { is: "body", ...(await wholeBody(answer, maxBytes, signal)), ip, head };
  }
  // The status is the answer, unless its body says more; one that hangs or is too large says nothing.
  const shown = await wholeBody(answer, maxBytes, signal).catch(() => undefined);
  return { ...refusal, ip, head, ...(shown !== undefined && shown.bytes.length > 0 && { bytes: shown.bytes }) };
}

const redirects = new Set([300, 301, 302, 303, 307, 308]);
const misses: Partial<Record<number, Reason>> = { 404: "HTTP_NOT_FOUND", 410: "HTTP_GONE", 451: "HTTP_LEGAL" };

type Refusal = { is: "miss" | "no_answer"; reason: Reason };

/** What a status says without its body; undefined when the body is the answer. */
function refusalOf(status: number, range: string | undefined): Refusal | undefined {
  const miss = misses[status];
  if (miss !== undefined) return { is: "miss", reason: miss };
  if (status >= 400 && status < 500) return { is: "no_answer", reason: "HTTP_REFUSED" };
  const isPart = status === 206 && !isWhole(range);
  return status < 200 || status > 299 || isPart ? { is: "no_answer", reason: "SERVER_ERROR" } : undefined;
}

/** A part that was not asked for, and is all there is. */
function isWhole(range = ""): boolean {
  const [, first, last, length] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(range) ?? [];
  return first === "0" && length !== undefined && Number(last) + 1 === Number(length);
}

/** Headers come in Latin-1; an address in them that is UTF-8 is meant so. */
function inUtf8(text: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(text, "latin1"));
  } catch {
    return text;
  }
}

function whenAborted(signal: AbortSignal): Promise<{ is: "failed"; timedOut: true }> {
  const { promise, resolve } = Promise.withResolvers<{ is: "failed"; timedOut: true }>();
  const end = () => resolve({ is: "failed", timedOut: true });
  if (signal.aborted) end();
  else signal.addEventListener("abort", end, { once: true });
  return promise;
}
