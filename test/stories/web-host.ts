import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

/** Bytes, or a number that is answered as that status. */
type Content = Uint8Array | number;

/** A web host on two addresses of loopback, as if in two countries, whose files a test puts, replaces and takes away. */
export interface WebHost extends AsyncDisposable {
  readonly port: number;
  /** Answers so at `path` from now on, to everybody alike or to each as it asks. */
  put(path: string, content: Content | ((request: IncomingMessage) => Content)): void;
  /** `missed` is called once, before the first answer that nothing is there. */
  remove(path: string, missed?: () => void): void;
  /** How often `path` was asked for. */
  requests(path: string): number;
  /** How often anybody connected, whatever came over it. */
  connections(): number;
}

export async function startWebHost(): Promise<WebHost> {
  const files = new Map<string, (request: IncomingMessage) => Content>();
  const asked = new Map<string, number>();
  const missed = new Map<string, () => void>();
  const answer: RequestListener = (request, response) => {
    const path = request.url ?? "";
    asked.set(path, (asked.get(path) ?? 0) + 1);
    const content = files.get(path)?.(request) ?? 404;
    if (content === 404) missed.get(path)?.();
    missed.delete(path);
    if (typeof content === "number") response.writeHead(content).end();
    else response.writeHead(200).end(content);
  };
  const server = createServer(answer);
  const abroad = createServer(answer);
  let connections = 0;
  for (const each of [server, abroad]) each.on("connection", () => connections++);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  abroad.listen(port, "127.0.0.2");
  await once(abroad, "listening");
  return {
    port,
    put: (path, content) => void files.set(path, typeof content === "function" ? content : () => content),
    remove(path, whenMissed) {
      files.delete(path);
      if (whenMissed !== undefined) missed.set(path, whenMissed);
    },
    requests: (path) => asked.get(path) ?? 0,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      for (const each of [server, abroad]) {
        each.closeAllConnections();
        each.close();
        await once(each, "close");
      }
    },
  };
}
