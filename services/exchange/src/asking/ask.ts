import {
  exchange,
  NoWayOut,
  resolveHost,
  type Allowed,
  type Answer,
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

export interface Got {
  bytes: Buffer;
  /** When it was answered, by the clock of whoever did; absent where they do not say. */
  date?: Date;
}

const CONNECT_MS = 10_000;
const ANSWER_MS = 120_000;
/** A page of a thousand entries is about 1 MB. */
const MOST_BYTES = 15 * 1024 * 1024;

/** One GET with a password, to a host whose certificate holds. Redirects are not followed. */
export async function get(question: Question, ways: Ways): Promise<Got | Failed> {
  const ips = await addressesOf(question.url, ways);
  if ("fault" in ips) return ips;
  let last: Failed = unreachable("");
  for (const ip of ips) {
    const got = await askAt(ip, question, async ({ status, headers, body }) => {
      const fault = answerFault(status, headers.get("retry-after")?.[0], ways.clock.now());
      return fault ?? { ...(await wholeOf(body)), ...dated(headers.get("date")?.[0]) };
    });
    if ("bytes" in got || got.fault !== "UNREACHABLE") return got;
    last = got;
    if (question.signal.aborted) break;
  }
  return last;
}

/**
 * One PUT of XML, likewise, to one address: whether it came to nothing before it was read or after, nobody knows.
 *
 * @param nth each try takes another one of the host's addresses.
 */
export async function put(
  question: Question & { xml: string },
  nth: number,
  ways: Ways,
): Promise<{ status: number; retryAfter?: string } | Failed> {
  const ips = await addressesOf(question.url, ways);
  if ("fault" in ips) return ips;
  return askAt(ips[nth % ips.length] ?? "", question, async ({ status, headers }) => {
    const retryAfter = headers.get("retry-after")?.[0];
    return { status, ...(retryAfter !== undefined && { retryAfter }) };
  });
}

async function addressesOf({ protocol, port: named, hostname }: URL, ways: Ways): Promise<readonly string[] | Failed> {
  const port = Number(named) || 443;
  const isOpen = ways.ports.some(([from, to]) => from <= port && port <= to);
  if (protocol !== "https:" || !isOpen) return refused(`Port ${port} of an exchange is not asked.`);
  const resolved = await resolveHost(hostname, ways.dns, ways.hosts);
  if (resolved.is !== "addresses") return unreachable("The name of the exchange leads nowhere now.");
  const ips = resolved.ips.filter(ways.allowed);
  return ips.length === 0 ? refused("The name of the exchange leads to no public address.") : ips;
}

async function askAt<T>(
  ip: string,
  { url, user, password, trust, signal, xml }: Question & { xml?: string },
  read: (answer: Answer) => Promise<T | Failed>,
): Promise<T | Failed> {
  const ended = new AbortController();
  const until = AbortSignal.any([signal, ended.signal, AbortSignal.timeout(ANSWER_MS)]);
  const login = Buffer.from(`${user}:${password}`).toString("base64");
  const bytes = xml === undefined ? undefined : Buffer.from(xml);
  const lines = [
    ["Host", url.host],
    ["User-Agent", "ntd-exchange"],
    ["Accept", "application/xml"],
    ["Authorization", `Basic ${login}`],
    ["Connection", "close"],
    ...(bytes === undefined ? [] : contentLines(bytes)),
  ] as const;
  try {
    const to = { url, ip, via: { is: "direct" }, connectMs: CONNECT_MS, trust } as const;
    return await read(await exchange(bytes === undefined ? to : { ...to, put: bytes }, lines, until));
  } catch (error) {
    return failureOf(error);
  } finally {
    ended.abort();
  }
}

const contentLines = ({ byteLength }: Uint8Array) =>
  [
    ["Content-Type", "application/xml; charset=utf-8"],
    ["Content-Length", `${byteLength}`],
  ] as const;

function dated(text: string | undefined): { date?: Date } {
  const date = new Date(text ?? "");
  return Number.isNaN(date.getTime()) ? {} : { date };
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
