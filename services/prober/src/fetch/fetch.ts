import { CookieJar } from "tough-cookie";
import type { ComputeFilmResponse } from "@ntd/proto/fingerprint/v1/film_service";
import type { Allowed, DnsResolver, Hosts, PortRange, TlsFlaw } from "@ntd/wayout";
import type { Eye } from "./eye.ts";
import { ENDED, oneHop, type HandingOn, type Hop } from "./hop.ts";
import type { Opening } from "./opening.ts";
import type { Pass } from "./pass.ts";
import type { AsWhom, Led } from "./profile.ts";
import type { Reason } from "../targets/target-state.ts";

export interface FetchRules {
  /** Who looks. */
  eye: Eye;
  asWhom: AsWhom;
  /**
   * host: asked for as a picture on the front page of its own host, with that page as Referer, for hosts that show a
   * placeholder, a refusal or a page to whoever comes from nowhere. A page: as what it shows, leads or frames. By default
   * as if a person had typed the address.
   */
  referer?: "none" | "host" | Pick<Led, "page" | "does">;
  /**
   * How a body began that is known: if it begins so still, the answer is `unchanged`; if not, the whole is read, as if
   * nothing had been known.
   */
  opening?: Opening;
  /** What films, and what is too large to be collected, are handed to while they come; absent: they are not. */
  pass?: Pass;
  dns: DnsResolver;
  hosts: Hosts;
  allowed: Allowed;
  /** Ports that may be connected to. */
  ports: readonly PortRange[];
  maxBytes: number;
  /** For everything: look-ups, redirects and the body to its end, or until it is handed on. */
  timeoutMs: number;
  /** Takes room at a host and in a network before anything is asked of them; false when there is none. */
  enter(place: string): boolean;
  /**
   * Asked of each hop once its host is resolved and before anything is connected to, a proxy included; false ends the fetch
   * there. What it throws ends the fetch too.
   */
  mayConnect?(to: { url: string; ips: readonly string[] }): Promise<boolean>;
  /** Told of each request once, just before it connects: of each address that is tried, behind each redirect. */
  onRequest?(request: { url: string; ip: string }): void;
}

/**
 * What an address answered; held: `mayConnect` said no, at the address `url` whose host is at `ips`; no_room: it was not
 * asked; no_way_out: it could not be asked, which says nothing of it (see `NoWayOut`, and a resolver of ours that is
 * away); unchanged: it begins as `FetchRules.opening` says; passed: it was handed on while it came, and `start` is how it
 * begins. `ip` is the one connected to last, "" for no connection. What a status refuses may come with a body that a browser
 * shows all the same. `short`: it ended before its time. `opening`: of a body that was not collected, for the next look;
 * `film`: that is one. A redirect that is never followed is one too many; its `head` is that of the redirect.
 */
export type Fetched =
  | { is: "no_room"; ip: string }
  | { is: "no_way_out"; ip: "" }
  | { is: "held"; url: string; ips: readonly string[]; ip: "" }
  | { is: "body"; bytes: Uint8Array; ip: string; head: Head; short?: true }
  | PassedBody
  | { is: "unchanged"; opening: Opening; ip: string; head: Head }
  | { is: "miss"; reason: Reason; ip: string; bytes?: Uint8Array; head?: Head }
  | { is: "no_answer"; reason: Reason; ip: string; bytes?: Uint8Array; head?: Head; opening?: Opening; film?: true };

export interface PassedBody {
  is: "passed";
  hashed: ComputeFilmResponse;
  start: Uint8Array;
  opening: Opening;
  ip: string;
  head: Head;
  short?: true;
}

/** The head of the last answer of a fetch. */
export interface Head {
  /** What was asked last, after all redirects, without its fragment: another host than the asked one is told by it. */
  url: string;
  status: number;
  /** By names in small letters, as often as they came. */
  headers: ReadonlyMap<string, readonly string[]>;
  tls?: TlsFlaw;
  /** SHA-256 of the host's certificate, as hex. */
  certificate?: string;
}

/** As many as browsers follow. */
const MAX_REDIRECTS = 20;

/**
 * Fetches an address. Each hop is checked anew: scheme, port, then the host is looked up once, and the connection goes
 * to one of its addresses that are allowed, whatever the name says a moment later and whatever way the eye leaves by. Read
 * as tolerantly as browsers read. Cookies live for this one fetch; nothing is kept.
 *
 * @param preferredIp kept if the host still has it, so that a host of many addresses does not look like one that moves.
 * @throws what `stop` aborts with, and what `mayConnect` and `pass` throw; every other failure is an answer.
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
  const { opening, ...plain } = rules;
  try {
    const handingOn: HandingOn = {
      begun: false,
      begin: () => {
        handingOn.begun = true;
        clearTimeout(timer);
      },
    };
    const to = { preferredIp, signal, handingOn };
    const beginning = opening && (await hops(url, { ...plain, opening }, to));
    // An odd request may have an odd answer: only that it is the same counts, or that the whole came.
    const isOdd = beginning?.is === "miss" || (beginning?.is === "no_answer" && beginning.reason !== "BODY_TOO_LARGE");
    if (beginning !== undefined && (!isOdd || handingOn.begun || signal.aborted)) return beginning;
    return await hops(url, plain, to);
  } finally {
    clearTimeout(timer);
    limit.abort(ENDED);
    stop.throwIfAborted();
  }
}

async function hops(
  first: string,
  rules: FetchRules,
  to: Pick<Hop, "preferredIp" | "signal" | "handingOn">,
): Promise<Fetched> {
  const hop: Hop = {
    ...rules,
    ...to,
    cookies: new CookieJar(undefined, { looseMode: true }),
    from: ledBy(rules.referer, first),
  };
  let url = first;
  let ip = "";
  for (let count = 0; count <= MAX_REDIRECTS; count++) {
    const step = await oneHop(url, hop);
    if (step.is === "no_way_out" || step.is === "held") return step;
    ip = step.ip === "" ? ip : step.ip;
    if (step.is !== "next") return { ...step, ip };
    hop.from = step.by === "refresh" ? left(url) : passing(hop.from, url);
    url = step.url;
  }
  return { is: "no_answer", reason: "TOO_MANY_REDIRECTS", ip };
}

function ledBy(referer: FetchRules["referer"], first: string): Led | undefined {
  if (typeof referer === "object") return { ...referer, over: [] };
  return referer === "host" ? onItsFrontPage(first) : undefined;
}

function onItsFrontPage(text: string): Led | undefined {
  const page = URL.parse("/", text);
  return page === null ? undefined : { page, does: "shows", over: [] };
}

// A redirect is part of the request that led to it; a page that sends on begins another.
const left = (url: string): Led => ({ page: new URL(url), does: "leads", over: [] });
const passing = (from: Led | undefined, url: string) => from && { ...from, over: [...from.over, new URL(url)] };
