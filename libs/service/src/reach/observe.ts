import { request } from "node:http";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { X509Certificate } from "node:crypto";
import type { HostPort, WayOut } from "./proxy.ts";

/** What showed when somebody connected, as far as it went. */
export type Observation =
  | { is: "proxy unreachable"; code: string }
  | { is: "proxy refuses"; status: number }
  | { is: "no such host" }
  | { is: "nothing listens"; code: string }
  | { is: "silent"; at: "connection" | "proxy" | "TLS" }
  | { is: "no TLS" }
  | { is: "our certificate is refused" }
  | {
      is: "TLS";
      server: X509Certificate | undefined;
      fault: string;
      protocol: string;
      after: "answer" | "end" | "silence";
      answer: string;
    };

export interface Glance {
  to: HostPort;
  way: WayOut;
  /** PEMs of whoever connects. */
  identity: { ca: Uint8Array; cert: Uint8Array; key: Uint8Array };
  speaks: "grpc" | "nats";
  /** For each step. */
  timeoutMs: number;
}

/** Connects once, to see how far it goes: a channel that cannot be made does not tell why. Never rejects. */
export async function observe(glance: Glance): Promise<Observation> {
  const { to, way, speaks, timeoutMs } = glance;
  let socket: Socket | undefined;
  try {
    socket = way.is === "proxy" ? await tunnel(way, to, timeoutMs) : await opened(to, timeoutMs);
    if (speaks === "nats" && !(await firstWords(socket, timeoutMs)).startsWith("INFO ")) return { is: "no TLS" };
    return await overTls(socket, glance);
  } catch (error) {
    if (error instanceof Seen) return error.observation;
    return { is: "nothing listens", code: codeOf(error) };
  } finally {
    socket?.destroy();
  }
}

class Seen extends Error {
  readonly observation: Observation;
  constructor(observation: Observation) {
    super(observation.is);
    this.observation = observation;
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "";
}

async function opened({ host, port }: HostPort, timeoutMs: number): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connectTcp({ host, port, autoSelectFamily: true });
  socket.once("connect", () => resolve(socket));
  socket.on("error", (error) => {
    reject(/^(ENOTFOUND|EAI_)/.test(codeOf(error)) ? new Seen({ is: "no such host" }) : error);
  });
  return within(timeoutMs, promise, socket, "connection");
}

async function tunnel(way: WayOut & { is: "proxy" }, to: HostPort, timeoutMs: number): Promise<Socket> {
  const toProxy = await opened(way, timeoutMs).catch((error: unknown) => {
    throw new Seen({ is: "proxy unreachable", code: codeOf(error) });
  });
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const path = `${to.host.includes(":") ? `[${to.host}]` : to.host}:${to.port}`;
  const login = way.credentials && Buffer.from(way.credentials).toString("base64");
  const headers = { Host: path, ...(login !== undefined && { "Proxy-Authorization": `Basic ${login}` }) };
  const asking = request({ method: "CONNECT", path, headers, createConnection: () => toProxy });
  asking.once("connect", ({ statusCode: status = 0 }, socket) =>
    status === 200 ? resolve(socket as Socket) : reject(new Seen({ is: "proxy refuses", status })),
  );
  asking.once("response", ({ statusCode: status = 0 }) => reject(new Seen({ is: "proxy refuses", status })));
  asking.once("error", (error) => reject(new Seen({ is: "proxy unreachable", code: codeOf(error) })));
  asking.end();
  return within(timeoutMs, promise, toProxy, "proxy");
}

async function overTls(socket: Socket, { to, identity, speaks, timeoutMs }: Glance): Promise<Observation> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const [ca, cert, key] = [identity.ca, identity.cert, identity.key].map((pem) => Buffer.from(pem));
  const tls = connectTls({
    socket,
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    ALPNProtocols: speaks === "grpc" ? ["h2"] : [],
    servername: /^[\d.]+$|:/.test(to.host) ? "" : to.host,
    // All is to be seen; nothing of worth is said on this connection.
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
  });
  tls.once("secureConnect", resolve);
  tls.once("close", () => reject(new Seen({ is: "no TLS" })));
  tls.on("error", (error) => {
    // Said in the handshake up to TLS 1.2; later the connection just ends.
    const isOurs = /ALERT.*(CERTIFICATE|CERT|UNKNOWN_CA|ACCESS_DENIED)/.test(codeOf(error));
    reject(new Seen({ is: isOurs ? "our certificate is refused" : "no TLS" }));
  });
  await within(timeoutMs, promise, tls, "TLS");
  const { raw } = tls.getPeerCertificate();
  const server = (raw as Buffer | undefined) && new X509Certificate(raw);
  const fault = tls.authorized ? "" : String(tls.authorizationError);
  const protocol = String(tls.alpnProtocol || "");
  return { is: "TLS", server, fault, protocol, ...(await answerTo(tls, greetings[speaks], timeoutMs)) };
}

const greetings = {
  // The preface of HTTP/2 with empty settings: whoever took our certificate answers.
  grpc: Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), Buffer.of(0, 0, 0, 4, 0, 0, 0, 0, 0)]),
  nats: Buffer.from('CONNECT {"verbose":false,"pedantic":false,"tls_required":true,"name":"glance"}\r\nPING\r\n'),
};

async function answerTo(tls: TLSSocket, greeting: Buffer, timeoutMs: number) {
  const answer = Promise.withResolvers<{ after: "answer" | "end" | "silence"; answer: string }>();
  tls.once("data", (data: Buffer) => answer.resolve({ after: "answer", answer: data.toString("latin1", 0, 200) }));
  for (const event of ["end", "close", "error"]) tls.once(event, () => answer.resolve({ after: "end", answer: "" }));
  const timer = setTimeout(() => answer.resolve({ after: "silence", answer: "" }), timeoutMs);
  tls.write(greeting);
  const seen = await answer.promise;
  clearTimeout(timer);
  return seen;
}

async function firstWords(socket: Socket, timeoutMs: number): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  socket.once("data", (data) => resolve(String(data)));
  socket.once("close", () => resolve(""));
  return within(timeoutMs, promise, socket, "TLS");
}

async function within<T>(ms: number, work: Promise<T>, socket: Socket, at: "connection" | "proxy" | "TLS"): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Seen({ is: "silent", at })), ms);
  try {
    return await Promise.race([work, late.promise]);
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
