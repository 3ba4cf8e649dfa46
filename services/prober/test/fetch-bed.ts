import { createServer as createWeb, type RequestListener } from "node:http";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { parsePrefix } from "@ntd/net";
import { onTestFinished } from "vitest";
import { noHosts, type Proxy, publicOrIn, type Way } from "@ntd/wayout";
import { fetchAddress, type Fetched, type FetchRules } from "../src/fetch/fetch.ts";
import { asked } from "./asked.ts";

/** Listens until the test ends; its port. */
export async function listening(server: Server, host = "127.0.0.1", port = 0): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket.on("close", () => sockets.delete(socket)).on("error", () => undefined));
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject).listen(port, host, resolve);
  await promise;
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((done) => server.close(done));
  });
  return (server.address() as AddressInfo).port;
}

export const web = (listener: RequestListener, host?: string): Promise<number> => listening(createWeb(listener), host);

const gone = () => Promise.reject(Object.assign(new Error("none"), { code: "ENOTFOUND" }));
/** A DNS in which nothing exists. */
export const nameless = { resolve4: gone, resolve6: gone };

/** A port that nobody listens on. */
export async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Rules that let in these networks beside the public ones, and the port beside 80 and 443. */
export function rules(port = 80, given: Partial<FetchRules> = {}, inside = "127.0.0.0/8"): FetchRules {
  const network = parsePrefix(inside);
  if (network === undefined) throw new Error(inside);
  return {
    ...asked,
    dns: nameless,
    hosts: noHosts,
    allowed: publicOrIn([network]),
    ports: [80, 443, port].map((one) => [one, one] as const),
    maxBytes: 1000,
    timeoutMs: 10_000,
    enter: () => true,
    ...given,
  };
}

/** The same eye by another way. */
export const by = (via: Way): Pick<FetchRules, "eye"> => ({ eye: { ...asked.eye, via } });

export const fetched = (url: string, given: FetchRules): Promise<Fetched> =>
  fetchAddress(url, given, "", new AbortController().signal);

export const textOf = (answer: Fetched): unknown =>
  "bytes" in answer ? Buffer.from(answer.bytes ?? []).toString("latin1") : answer;

export interface TestProxy {
  way: Proxy;
  /** What it was told to connect to, as "ip:port"; a name would be "name:…". */
  told: string[];
}

type Told = (host: string, port: number) => void;

/** A proxy that connects to whatever it is told, if its log-in is right; `answer` is its status or reply instead. */
export async function proxy(
  is: Proxy["is"],
  { answer, login }: { answer?: number | string | undefined; login?: string } = {},
): Promise<TestProxy> {
  const told: string[] = [];
  const note: Told = (host, port) => told.push(`${host}:${port}`);
  const serve = is === "http" ? httpProxy(note, answer, login) : socksProxy(note, answer, login);
  const port = await listening(createServer(serve));
  return { way: { is, host: "127.0.0.1", port }, told };
}

const piped = (socket: Socket, host: string, port: number, yes: Uint8Array | string, no: Uint8Array | string) => {
  const to = connect({ host, port }, () => {
    socket.write(yes);
    socket.pipe(to).pipe(socket);
  });
  to.on("error", () => socket.end(no));
  socket.on("close", () => to.destroy());
};

function httpProxy(note: Told, answer: number | string | undefined, login: string | undefined) {
  return (socket: Socket) => {
    socket.once("data", (data) => {
      const head = data.toString("latin1");
      const [, host = "", port = ""] = /^CONNECT \[?([^\] ]+?)\]?:(\d+) HTTP\/1\.1\r\n/.exec(head) ?? [];
      note(/^[\d.]+$|:/.test(host) ? host : `name:${host}`, Number(port));
      const given = /^proxy-authorization: basic (\S+)/im.exec(head)?.[1] ?? "";
      if (login !== undefined && Buffer.from(given, "base64").toString() !== login) {
        socket.end("HTTP/1.1 407 Log In\r\n\r\n");
      } else if (answer !== undefined) {
        socket.end(typeof answer === "string" ? answer : `HTTP/1.1 ${answer} So\r\nContent-Length: 2\r\n\r\nno`);
      } else piped(socket, host, Number(port), "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 502 Bad Gateway\r\n\r\n");
    });
  };
}

function socksProxy(note: Told, answer: number | string | undefined, login: string | undefined) {
  return async (socket: Socket) => {
    const chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    const next = async () => (await chunks.next()).value as Buffer | undefined;
    const methods = await next();
    if (typeof answer === "string") return void socket.end(answer);
    const method = login === undefined ? 0 : 2;
    if (methods?.subarray(2).includes(method) !== true) return void socket.end(Uint8Array.of(5, 0xff));
    socket.write(Uint8Array.of(5, method));
    if (login !== undefined) {
      const given = (await next()) ?? Buffer.of();
      const at = 2 + (given[1] ?? 0);
      const right = `${given.subarray(2, at).toString()}:${given.subarray(at + 1).toString()}` === login;
      socket.write(Uint8Array.of(1, right ? 0 : 1));
      if (!right) return void socket.end();
    }
    const request = (await next()) ?? Buffer.of();
    const address = request.subarray(4, -2);
    const host = request[3] === 1 ? address.join(".") : request[3] === 4 ? ipv6(address) : `name:${address.toString()}`;
    note(host, request.readUInt16BE(request.length - 2));
    const reply = (code: number) => Uint8Array.of(5, code, 0, 1, 0, 0, 0, 0, 0, 0);
    if (answer !== undefined) return void socket.end(reply(answer));
    socket.removeAllListeners("readable");
    piped(socket, host, request.readUInt16BE(request.length - 2), reply(0), reply(5));
  };
}

const ipv6 = (bytes: Buffer) => Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(2 * at).toString(16)).join(":");
