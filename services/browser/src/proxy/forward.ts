import {
  exchange,
  NoWayOut,
  resolveHost,
  type Allowed,
  type Answer,
  type DnsResolver,
  type HeaderLines,
  type Hosts,
} from "@ntd/wayout";

export interface Ways {
  dns: DnsResolver;
  hosts: Hosts;
  allowed: Allowed;
  /** Asked of each request once its host is looked up and before anything connects. */
  mayConnect(to: { url: string; ips: readonly string[] }): Promise<boolean>;
}

export type Forwarded = { is: "answer"; answer: Answer } | { is: "forbidden" | "no_answer" | "no_way_out" };

/** The next address of a host is tried when one has not taken the connection by then. */
const CONNECT_MS = 5000;

/**
 * Asks one request: its host is looked up once, and one of the addresses that may be asked is connected to, whatever the
 * name says a moment later.
 */
export async function forwarded(url: URL, lines: HeaderLines, ways: Ways, signal: AbortSignal): Promise<Forwarded> {
  const resolved = await resolveHost(url.hostname, ways.dns, ways.hosts);
  if (resolved.is === "no_resolver") return { is: "no_way_out" };
  if (resolved.is !== "addresses") return { is: "no_answer" };
  const ips = resolved.ips.filter(ways.allowed);
  if (ips.length === 0 || !(await ways.mayConnect({ url: url.href, ips }))) return { is: "forbidden" };
  let failed: "forbidden" | "no_answer" | "no_way_out" = "forbidden";
  for (const ip of ips) {
    if (signal.aborted) return { is: "no_answer" };
    try {
      const to = { url, ip, via: { is: "direct" }, connectMs: CONNECT_MS } as const;
      return { is: "answer", answer: await exchange(to, lines, signal) };
    } catch (error) {
      failed = error instanceof NoWayOut ? "no_way_out" : "no_answer";
    }
  }
  return { is: failed };
}
