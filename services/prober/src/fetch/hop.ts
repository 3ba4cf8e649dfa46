import { Problem } from "@ntd/service";
import type { CookieJar } from "tough-cookie";
import { exchange, NoWayOut, type PortRange, resolveHost } from "@ntd/wayout";
import type { Reason } from "../targets/target-state.ts";
import { openingLength } from "./body.ts";
import { reasonOfFailure } from "./fetch-failure.ts";
import type { FetchRules } from "./fetch.ts";
import { headerLines, type Led } from "./profile.ts";
import { read, type Step } from "./read.ts";
import { hostPlace, networkPlace } from "./rooms.ts";

/** The rules, and what belongs to this one request of this one fetch. */
export interface Hop extends FetchRules {
  cookies: CookieJar;
  preferredIp: string;
  /** Absent where a person typed the address. */
  from: Led | undefined;
  signal: AbortSignal;
  handingOn: HandingOn;
}

/** Whether the body of this fetch is being handed on: then that is its answer, and has a time of its own. */
export interface HandingOn {
  begun: boolean;
  begin: () => void;
}

/** The next address of a host is tried when one has not taken the connection by then. */
const CONNECT_MS = 5000;

/** Ends what a look has left open. Made once: each new error would cost a stack trace, a fifth of a look's time. */
export const ENDED = new Error("the look has ended");

/** One request: whether it may be made is checked anew each time, whatever led to it. */
export async function oneHop(text: string, hop: Hop): Promise<Step> {
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
      return ifItMay(url, resolved.ips.filter(hop.allowed), hop);
    default:
      return resolved satisfies never;
  }
}

/** The URL without its fragment, if scheme, port and form are such that it may be fetched. */
function acceptable(text: string, ports: readonly PortRange[]): URL | undefined {
  const url = URL.parse(text);
  if (url === null) return undefined;
  url.hash = "";
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  const plain = url.username === "" && url.password === "";
  const open = ports.some(([from, to]) => from <= port && port <= to);
  return (url.protocol === "http:" || url.protocol === "https:") && plain && open ? url : undefined;
}

async function ifItMay(url: URL, ips: readonly string[], hop: Hop): Promise<Step> {
  if (ips.length === 0 || hop.mayConnect === undefined) return firstThatConnects(url, ips, hop);
  const isHeld = !(await hop.mayConnect({ url: url.href, ips }));
  // Nothing was asked of the host, so nothing may be told of it.
  if (!isHeld && hop.signal.aborted)
    throw new Problem("PEER_UNAVAILABLE", "Whether it may be looked at came too late.");
  return isHeld ? { is: "held", url: url.href, ips, ip: "" } : firstThatConnects(url, ips, hop);
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
    if (tookIt || hop.handingOn.begun || hop.signal.aborted) break;
  }
  return step ?? { is: "no_answer", reason: "ADDRESS_FORBIDDEN", ip: "" };
}

const isOurFailure = (step: Step) =>
  step.is === "no_way_out" || (step.is === "no_answer" && step.reason === "NOT_FROM_HERE");

const unconnected: ReadonlySet<Reason> = new Set<Reason>(["REFUSED", "TIMED_OUT", "NOT_FROM_HERE"]);

async function ask(url: URL, ip: string, hop: Hop, hasOthers: boolean): Promise<Step> {
  const { cookies, signal, timeoutMs, maxBytes, eye, asWhom, from, opening, pass, handingOn } = hop;
  const lines = headerLines(eye, asWhom, {
    url,
    cookie: cookies.getCookieStringSync(url.href),
    ...(from && { from: { ...from, over: [...from.over, url] } }),
    ...(opening && { range: `bytes=0-${openingLength(maxBytes) - 1}` }),
  });
  const ended = new AbortController();
  hop.onRequest?.({ url: url.href, ip });
  try {
    const connectMs = hasOthers ? Math.min(CONNECT_MS, timeoutMs) : timeoutMs;
    const until = AbortSignal.any([signal, ended.signal]);
    const answer = await exchange({ url, ip, via: eye.via, connectMs }, lines, until);
    for (const one of answer.headers.get("set-cookie") ?? [])
      cookies.setCookieSync(one, url.href, { ignoreError: true });
    return await read(answer, url, ip, { maxBytes, signal, known: opening, pass, onPass: handingOn.begin });
  } catch (error) {
    // Who takes what is handed on cannot: that says nothing of the host.
    if (error instanceof Problem) throw error;
    if (error instanceof NoWayOut) return { is: "no_way_out", ip: "" };
    return { is: "no_answer", reason: signal.aborted ? "TIMED_OUT" : reasonOfFailure(error), ip };
  } finally {
    ended.abort(ENDED);
  }
}

function whenAborted(signal: AbortSignal): Promise<{ is: "failed"; timedOut: true }> {
  const { promise, resolve } = Promise.withResolvers<{ is: "failed"; timedOut: true }>();
  const end = () => resolve({ is: "failed", timedOut: true });
  if (signal.aborted) end();
  else signal.addEventListener("abort", end, { once: true });
  return promise;
}
