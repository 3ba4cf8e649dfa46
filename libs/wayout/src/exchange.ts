import { request, type IncomingMessage } from "node:http";
import { isIP, type Socket } from "node:net";
import { Duplex } from "node:stream";
import { connect as connectTls, TLSSocket } from "node:tls";
import { normalisedHeaders } from "./header-block.ts";
import { connected, type Way } from "./way-out.ts";

/** What is wrong with a certificate or its connection; the fetch goes on, since nothing secret is sent. */
export type TlsFlaw = "expired" | "name" | "self_signed" | "chain" | "legacy";

/** The head of an answer, and its body as it comes. */
export interface Answer {
  status: number;
  /** By names in small letters, as often as they came. */
  headers: ReadonlyMap<string, readonly string[]>;
  body: AsyncIterable<Uint8Array>;
  tls?: TlsFlaw;
  /** SHA-256 of the host's own certificate (DER), whatever is wrong with it, as hex. */
  certificate?: string;
}

const HEADER_BYTES = 512 * 1024;

/** Names and values in the order in which they are sent: hosts tell a browser by it. */
export type HeaderLines = readonly (readonly [name: string, value: string])[];

/** Where a request goes, and how it gets there. */
export interface To {
  url: URL;
  /** The one address that is connected to. */
  ip: string;
  via: Way;
  /** For the connection, TLS included. */
  connectMs: number;
  /** Whose certificate must hold, since something secret is sent. Absent: any is used, and what is wrong with it noted. */
  trust?: Trust;
  /** Sent by PUT, to who is trusted; the header lines tell its length. Absent: it is a GET. */
  put?: Uint8Array;
}

/** Authorities whose certificates hold, as PEM; those of this system where none are named. */
export interface Trust {
  ca?: string;
}

/**
 * One GET, or PUT, to exactly this address with these header lines, read as tolerantly as a browser reads; the host's name stays
 * in `Host` and in TLS. The connection ends with `signal`, whatever was read.
 *
 * @throws NoWayOut, and errors of the network, of TLS and of the parser, with their codes.
 */
export async function exchange(to: To, lines: HeaderLines, signal: AbortSignal): Promise<Answer> {
  const socket = await connectedTo(to, signal);
  const end = () => socket.destroy();
  signal.addEventListener("abort", end, { once: true });
  socket.once("close", () => signal.removeEventListener("abort", end));
  // Once the host has closed the connection its certificate is no longer there.
  const certificate = socket instanceof TLSSocket ? digestOf(socket) : undefined;
  const response = await asked(to, socket, lines);
  const tls = socket instanceof TLSSocket ? flawOf(socket) : undefined;
  return {
    status: response.statusCode ?? 0,
    headers: headersOf(response.rawHeaders),
    body: response,
    ...(tls !== undefined && { tls }),
    ...(certificate !== undefined && { certificate }),
  };
}

async function connectedTo({ url, ip, via, connectMs, trust }: To, signal: AbortSignal): Promise<Socket> {
  const isTls = url.protocol === "https:";
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), connectMs);
  const until = AbortSignal.any([signal, late.signal]);
  try {
    const socket = await connected(via, { ip, port: Number(url.port) || (isTls ? 443 : 80) }, until);
    return isTls ? await secured(socket, url.hostname.replaceAll(/[[\]]/g, ""), trust, until) : socket;
  } finally {
    clearTimeout(timer);
  }
}

// Old servers are what offenders' hosts run on; the flaw is noted.
const lenient = { rejectUnauthorized: false, minVersion: "TLSv1", ciphers: "DEFAULT@SECLEVEL=0" } as const;

async function secured(
  socket: Socket,
  host: string,
  trust: Trust | undefined,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
  const rules = trust === undefined ? lenient : { rejectUnauthorized: true, minVersion: "TLSv1.2" as const, ...trust };
  const tls = connectTls({ socket, host, ...rules, ...(isIP(host) === 0 && { servername: host }) });
  const late = () => tls.destroy(Object.assign(new Error("no TLS"), { code: "ETIMEDOUT" }));
  signal.addEventListener("abort", late, { once: true });
  tls.once("secureConnect", () => resolve(tls));
  tls.on("error", reject);
  tls.once("close", () => reject(Object.assign(new Error("no TLS"), { code: "ECONNRESET" })));
  try {
    return await promise;
  } finally {
    signal.removeEventListener("abort", late);
  }
}

function asked({ url, trust, put }: To, socket: Socket, lines: HeaderLines): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const readable = socket.pipe(normalisedHeaders());
  // As `pipeline` does, without the errors that it makes, with their stack traces, of each connection that we end.
  socket.once("close", () => void (socket.readableEnded || readable.destroy(socket.errored ?? undefined)));
  readable.once("error", () => socket.destroy());
  const connection = Duplex.from({ readable, writable: socket }).on("error", () => undefined);
  const asking = request({
    method: put === undefined ? "GET" : "PUT",
    host: url.hostname,
    path: `${url.pathname}${url.search}`,
    // As a flat list they are sent as they are, in this order.
    headers: lines.flat(),
    setHost: false,
    createConnection: () => connection,
    // Who is trusted with something answers as the standard says.
    insecureHTTPParser: trust === undefined,
    maxHeaderSize: HEADER_BYTES,
  });
  asking.once("response", (response) => {
    // Failures of a body that nobody reads any more.
    response.on("error", () => undefined);
    resolve(response);
  });
  asking.on("error", reject);
  asking.end(put);
  return promise;
}

function headersOf(raw: readonly string[]): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (let i = 0; i < raw.length; i += 2) {
    const name = (raw[i] ?? "").toLowerCase();
    const values = headers.get(name);
    if (values === undefined) headers.set(name, [raw[i + 1] ?? ""]);
    else values.push(raw[i + 1] ?? "");
  }
  return headers;
}

function digestOf(socket: TLSSocket): string | undefined {
  return socket.getPeerX509Certificate()?.fingerprint256.replaceAll(":", "").toLowerCase();
}

function flawOf(socket: TLSSocket): TlsFlaw | undefined {
  if (!socket.authorized) {
    const code = String(
      (socket.authorizationError as { code?: string } | undefined)?.code ?? socket.authorizationError,
    );
    if (/EXPIRED|NOT_YET_VALID/.test(code)) return "expired";
    if (/ALTNAME|HOSTNAME/.test(code)) return "name";
    return code === "DEPTH_ZERO_SELF_SIGNED_CERT" ? "self_signed" : "chain";
  }
  return /^TLSv1(\.1)?$/.test(socket.getProtocol() ?? "") ? "legacy" : undefined;
}
