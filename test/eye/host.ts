import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** What an eye asks, as its host sees it. */
export interface Asked {
  host: string;
  path: string;
  /** By names in small letters. */
  headers: ReadonlyMap<string, string>;
  /** Which network it comes from: the eye abroad leaves by a proxy with an address of its own. */
  from: "home" | "abroad";
  /** By its user agent. */
  isBrowser: boolean;
}

/** What the host answers: a status with its headers and body, bytes as they are, or nothing. */
export type Answer =
  | { status?: number; headers?: Record<string, string>; body?: Uint8Array | string }
  | { raw: Uint8Array | string }
  | "hang"
  | "reset";

export type Show = (asked: Asked) => Answer;

/** A site by its host's name: what it shows at the watched address, at its root, and everywhere else. */
export interface Site {
  watched: Show;
  root?: Show;
  beside?: Show;
}

export interface Host extends AsyncDisposable {
  port: number;
  proxyPort: number;
  sites: Map<string, Site>;
}

/** Where every site has what is watched. */
export const WATCHED = "/media/picture.jpg";
const ABROAD = "127.0.0.2";

const page = (title: string, text: string) => `<!doctype html><title>${title}</title><h1>${title}</h1><p>${text}</p>`;
const rootPage: Show = () => ({
  body: page(
    "A place for pictures",
    "Here people show each other the pictures they took on their way to work and back.",
  ),
});
const notFound: Show = () => ({
  status: 404,
  body: page("Not Found", "The requested URL was not found on this server."),
});

/** A host of many sites that speaks HTTP byte by byte, and the proxy by which the eye abroad leaves. */
export async function openHost(): Promise<Host> {
  const sites = new Map<string, Site>();
  const server = createServer((socket) => void serve(socket, sites));
  const proxy = createServer((socket) => void tunnel(socket));
  const [port, proxyPort] = [await listening(server), await listening(proxy)];
  return {
    port,
    proxyPort,
    sites,
    async [Symbol.asyncDispose]() {
      await Promise.all([server, proxy].map((one) => new Promise((closed) => one.close(closed))));
    },
  };
}

async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** Answers one request, whose head it reads to its end. */
export async function serve(socket: Socket, sites: ReadonlyMap<string, Site>): Promise<void> {
  socket.on("error", () => undefined);
  const head = await headOf(socket);
  if (head === undefined) return;
  const [, path = "/"] = /^GET (\S+)/.exec(head) ?? [];
  const headers = new Map(
    head
      .split("\r\n")
      .slice(1)
      .map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
  const host = (headers.get("host") ?? "").replace(/:\d+$/, "");
  const from = socket.remoteAddress?.endsWith(ABROAD) === true ? "abroad" : "home";
  const isBrowser = (headers.get("user-agent") ?? "").startsWith("Mozilla");
  const site = sites.get(host) ?? { watched: notFound };
  const show = path.startsWith(WATCHED)
    ? site.watched
    : path === "/"
      ? (site.root ?? rootPage)
      : (site.beside ?? notFound);
  send(socket, show({ host, path, headers, from, isBrowser }));
}

async function headOf(socket: Socket): Promise<string | undefined> {
  let head = "";
  for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    head += chunk.toString("latin1");
    const end = head.indexOf("\r\n\r\n");
    if (end !== -1) return head.slice(0, end);
  }
  return undefined;
}

function send(socket: Socket, answer: Answer): void {
  if (answer === "hang") return;
  if (answer === "reset") return void socket.resetAndDestroy();
  if ("raw" in answer)
    return void socket.end(typeof answer.raw === "string" ? Buffer.from(answer.raw, "latin1") : answer.raw);
  const { status = 200, headers = {}, body = "" } = answer;
  const bytes = Buffer.from(body);
  const lines = Object.entries({ "Content-Length": String(bytes.length), Connection: "close", ...headers });
  const head = `HTTP/1.1 ${status} x\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
  socket.write(Buffer.from(head, "latin1"));
  socket.end(bytes);
}

/** A CONNECT proxy that leaves by an address of its own. */
async function tunnel(socket: Socket): Promise<void> {
  socket.on("error", () => undefined);
  const head = await headOf(socket);
  const [, host = "", port = ""] = /^CONNECT ([\d.]+):(\d+)/.exec(head ?? "") ?? [];
  const way = connect({ host, port: Number(port), localAddress: ABROAD });
  way.on("error", () => socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n"));
  way.on("connect", () => {
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    socket.pipe(way).pipe(socket);
  });
  socket.on("close", () => way.destroy());
}
