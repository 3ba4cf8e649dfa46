import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { parseIp } from "@ntd/net";

/** How to leave: by this machine's own network, or by a proxy that the operator owns or has contracted. */
export type Way = { is: "direct" } | Proxy;

export interface Proxy {
  is: "http" | "socks5";
  /** The operator's own address, which may be private; a name of it is the one name that the system looks up. */
  host: string;
  port: number;
  credentials?: Credentials;
}

export interface Credentials {
  user: string;
  password: string;
}

/**
 * Nothing was asked of the host, since our own way out failed: no route or no port of ours is left, or the proxy cannot
 * be reached, refuses us (any answer to CONNECT but 2xx, 502, 503 and 504; no answer; a SOCKS reply but 0, 3, 4, 5 and 6),
 * or speaks another language. That says nothing about the host.
 *
 * 502, 503 and 504, and the replies 3 (network unreachable), 4 (host unreachable), 5 (refused) and 6 (expired on its
 * way), are what a proxy says of the host, and count as the host's refusal. A proxy that is broken behind says them of
 * every host: only whoever sees many looks by one eye can tell.
 */
export class NoWayOut extends Error {}

/** An address and port to connect to. */
export interface Endpoint {
  ip: string;
  port: number;
}

/**
 * A connection to exactly this address, by this way; a proxy is told the address, never a name. An HTTP proxy is asked by
 * CONNECT for every port, 80 included: it has to allow that.
 *
 * @throws NoWayOut, and errors of the network with their codes: ETIMEDOUT when `signal` ends it.
 */
export async function connected(way: Way, to: Endpoint, signal: AbortSignal): Promise<Socket> {
  if (way.is === "direct") return opened(to.ip, to.port, signal);
  const socket = await toProxy(way, signal);
  const end = () => socket.destroy();
  signal.addEventListener("abort", end, { once: true });
  try {
    return await (way.is === "http" ? httpTunnel(socket, way, to) : socksTunnel(socket, way, to));
  } catch (error) {
    end();
    // Our time is over, and the proxy was there: it is the host that it could not connect to.
    throw signal.aborted ? failure("ETIMEDOUT") : error;
  } finally {
    signal.removeEventListener("abort", end);
  }
}

async function toProxy({ host, port }: Proxy, signal: AbortSignal): Promise<Socket> {
  try {
    return await opened(host, port, signal);
  } catch (cause) {
    throw new NoWayOut("the proxy cannot be reached", { cause });
  }
}

async function opened(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connect({ host, port });
  const stop = () => socket.destroy(failure("ETIMEDOUT"));
  signal.addEventListener("abort", stop, { once: true });
  socket.once("connect", () => resolve(socket));
  socket.on("error", reject);
  try {
    return await promise;
  } catch (error) {
    const code = codeOf(error);
    // A machine without IPv6 is as it is: a host that has nothing else is out of reach, and nothing is broken.
    const isMissing = routeless.has(code) && !host.includes(":");
    throw ours.has(code) || isMissing ? new NoWayOut("no way out from here", { cause: error }) : error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

// For want of something of ours, before a packet has left.
const ours = new Set(["ENETDOWN", "EACCES", "EPERM", "EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"]);

/** There is no route to the address, or no address of ours of its family. */
export const routeless: ReadonlySet<string> = new Set(["ENETUNREACH", "EADDRNOTAVAIL", "EAFNOSUPPORT"]);

async function httpTunnel(socket: Socket, { credentials }: Proxy, { ip, port }: Endpoint): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const authority = `${ip.includes(":") ? `[${ip}]` : ip}:${port}`;
  const login = credentials && Buffer.from(`${credentials.user}:${credentials.password}`).toString("base64");
  const asking = request({
    method: "CONNECT",
    path: authority,
    headers: ["Host", authority, ...(login === undefined ? [] : ["Proxy-Authorization", `Basic ${login}`])],
    setHost: false,
    createConnection: () => socket,
  });
  asking.once("connect", ({ statusCode = 0 }, _, head) => {
    if (head.length > 0) socket.unshift(head);
    if (statusCode >= 200 && statusCode < 300) resolve(socket);
    else reject(ofTheHost.has(statusCode) ? failure("ECONNREFUSED") : new NoWayOut(`the proxy answers ${statusCode}`));
  });
  asking.once("error", (cause) => reject(new NoWayOut("the proxy does not answer", { cause })));
  asking.end();
  return promise;
}

const ofTheHost = new Set([502, 503, 504]);

// RFC 1928 and 1929.
async function socksTunnel(socket: Socket, { credentials }: Proxy, to: Endpoint): Promise<Socket> {
  const replies = new Replies(socket);
  const read = (length: number) => replies.next(length);
  const methods = credentials ? [0, 2] : [0];
  socket.write(Uint8Array.of(5, methods.length, ...methods));
  const [version, method] = await read(2);
  if (version !== 5) throw new NoWayOut("the proxy speaks no SOCKS5");
  if (method === 2 && credentials !== undefined) {
    const [user, password] = [Buffer.from(credentials.user), Buffer.from(credentials.password)];
    socket.write(Uint8Array.of(1, user.length, ...user, password.length, ...password));
    const [, status] = await read(2);
    if (status !== 0) throw new NoWayOut("the proxy does not take our password");
  } else if (method !== 0) throw new NoWayOut("the proxy takes none of our ways to log in");
  socket.write(Uint8Array.of(5, 1, 0, ...addressOf(to)));
  const [, reply = 1, , kind] = await read(4);
  if (reply >= 3 && reply <= 6) throw failure("ECONNREFUSED");
  if (reply !== 0) throw new NoWayOut(`the proxy replies ${reply}`);
  const [named = 0] = kind === 3 ? await read(1) : [];
  // Where the proxy leaves from, which nobody needs.
  await read((kind === 1 ? 4 : kind === 4 ? 16 : named) + 2);
  replies.end();
  return socket;
}

function addressOf({ ip, port }: Endpoint): number[] {
  const parsed = parseIp(ip);
  if (parsed === undefined) throw new TypeError("an address is asked for, not a name");
  const length = parsed.family === 4 ? 4 : 16;
  const bytes = Array.from({ length }, (_, at) => Number((parsed.bits >> BigInt(8 * (length - 1 - at))) & 0xffn));
  return [parsed.family === 4 ? 1 : 4, ...bytes, port >> 8, port & 0xff];
}

/** The bytes of a proxy's replies, however they are cut; what follows them is the host's. */
class Replies {
  readonly #socket: Socket;
  #held: Buffer = Buffer.of();
  #changed = Promise.withResolvers<void>();

  constructor(socket: Socket) {
    this.#socket = socket.on("data", this.#take).once("close", this.#wake);
  }

  async next(length: number): Promise<Buffer> {
    while (this.#held.length < length) {
      if (this.#socket.destroyed) throw new NoWayOut("the proxy does not answer");
      await this.#changed.promise;
    }
    const bytes = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    return bytes;
  }

  end(): void {
    this.#socket.off("data", this.#take).off("close", this.#wake).pause();
    if (this.#held.length > 0) this.#socket.unshift(this.#held);
  }

  readonly #take = (chunk: Buffer): void => {
    this.#held = Buffer.concat([this.#held, chunk]);
    this.#wake();
  };

  readonly #wake = (): void => {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  };
}

const failure = (code: string) => Object.assign(new Error("no connection"), { code });

function codeOf(error: unknown): string {
  return String((error as { code?: unknown }).code);
}
