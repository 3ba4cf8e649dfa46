import {
  exchange,
  NoWayOut,
  resolveHost,
  type Allowed,
  type DnsResolver,
  type Hosts,
  type PortRange,
  type Trust,
} from "@ntd/wayout";
import type { Clock } from "@ntd/service";
import type { Failed } from "../connectors/fault.ts";
import { answerFault } from "./answer-fault.ts";

/** How exchanges are reached: names are looked up once, and only what is allowed is connected to. */
export interface Ways {
  dns: DnsResolver;
  hosts: Hosts;
  allowed: Allowed;
  ports: readonly PortRange[];
  clock: Clock;
}

export interface Question {
  url: URL;
  user: string;
  password: string;
  trust: Trust;
  signal: AbortSignal;
}

const CONNECT_MS = 10_000;
const ANSWER_MS = 120_000;
/** A page of a thousand entries is about 1 MB. */
const MOST_BYTES = 15 * 1024 * 1024;

/** One GET with a password, to a host whose certificate holds. Redirects are not followed. */
export async function get(question: Question, ways: Ways): Promise<{ bytes: Buffer } | Failed> {
  const { url } = question;
  const port = Number(url.port) || 443;
  const isOpen = ways.ports.some(([from, to]) => from <= port && port <= to);
  if (url.protocol !== "https:" || !isOpen) return refused(`Port ${port} of an exchange is not asked.`);
  const resolved = await resolveHost(url.hostname, ways.dns, ways.hosts);
  if (resolved.is !== "addresses") return unreachable("The name of the exchange leads nowhere now.");
  const ips = resolved.ips.filter(ways.allowed);
  if (ips.length === 0) return refused("The name of the exchange leads to no public address.");
  let last: Failed = unreachable("");
  for (const ip of ips) {
    const got = await askAt(ip, question, ways);
    if ("bytes" in got || got.fault !== "UNREACHABLE") return got;
    last = got;
    if (question.signal.aborted) break;
  }
  return last;
}

async function askAt(ip: string, { url, user, password, trust, signal }: Question, { clock }: Ways) {
  const ended = new AbortController();
  const until = AbortSignal.any([signal, ended.signal, AbortSignal.timeout(ANSWER_MS)]);
  const login = Buffer.from(`${user}:${password}`).toString("base64");
  const lines = [
    ["Host", url.host],
    ["User-Agent", "ntd-exchange"],
    ["Accept", "application/xml"],
    ["Authorization", `Basic ${login}`],
    ["Connection", "close"],
  ] as const;
  try {
    const answer = await exchange({ url, ip, via: { is: "direct" }, connectMs: CONNECT_MS, trust }, lines, until);
    const fault = answerFault(answer.status, answer.headers.get("retry-after")?.[0], clock.now());
    return fault ?? (await wholeOf(answer.body));
  } catch (error) {
    return failureOf(error);
  } finally {
    ended.abort();
  }
}

async function wholeOf(body: AsyncIterable<Uint8Array>): Promise<{ bytes: Buffer } | Failed> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body) {
    length += piece.byteLength;
    if (length > MOST_BYTES) {
      const sentence = `A page of the exchange is larger than ${MOST_BYTES / 1024 / 1024} MiB.`;
      return { fault: "LIMIT", sentence, isPassing: false };
    }
    pieces.push(piece);
  }
  return { bytes: Buffer.concat(pieces) };
}

function failureOf(error: unknown): Failed {
  if (error instanceof NoWayOut) return unreachable("There is no way out from here.");
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (!OF_TLS.test(code)) return unreachable("The exchange does not answer.");
  const sentence = `The certificate of the exchange does not hold (${code}): see to its clock, or name its authority in ca_file.`;
  return { fault: "TLS", sentence, isPassing: false };
}

const OF_TLS = /CERT|^ERR_(SSL|TLS)|UNABLE_TO|SELF_SIGNED|EPROTO|HOSTNAME/;

const unreachable = (sentence: string): Failed => ({ fault: "UNREACHABLE", sentence, isPassing: true });

const refused = (sentence: string): Failed => ({ fault: "ADDRESS_REFUSED", sentence, isPassing: false });
