import { createServer, type IncomingMessage } from "node:http";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";

/** A web host of the demonstration, on a loopback address of its own. */
export interface DemoHost extends AsyncDisposable {
  readonly domain: string;
  readonly ip: string;
  /** Where its files are. */
  readonly files: string;
  urlOf(file: string): string;
  /** Puts a file on the host and returns its address. */
  publish(file: string, bytes: Uint8Array): string;
  /** From now on everybody has to prove first that a person asks. */
  challenge(): void;
}

/** Whom a host shows its files; everybody else is told that nothing is there. */
export type Audience = (request: IncomingMessage) => boolean;

const everybody: Audience = () => true;
export const browsers: Audience = ({ headers }) => headers["user-agent"]?.startsWith("Mozilla/") ?? false;

// As Anubis words it.
const CHALLENGE = `<!doctype html><title>Making sure you're not a bot!</title>
<script id="anubis_challenge" type="application/json">{"rules":{"difficulty":4},"challenge":"aa"}</script>
<h1>Making sure you're not a bot!</h1>`;

/**
 * @param dir where its files are kept, in a folder of its own.
 * @param ip a loopback address of its own, such as 127.0.0.2.
 */
export async function startHost(
  dir: string,
  name: string,
  ip: string,
  audience: Audience = everybody,
): Promise<DemoHost> {
  const files = join(dir, name, "public");
  mkdirSync(files, { recursive: true });
  let challenged = false;
  const server = createServer((request, response) => {
    if (challenged) return void response.writeHead(200, { "content-type": "text/html" }).end(CHALLENGE);
    const bytes = audience(request) ? read(join(files, basename(request.url ?? ""))) : undefined;
    if (bytes === undefined) response.writeHead(404).end("not found");
    else response.writeHead(200, { "content-type": typeOf(request.url ?? "") }).end(bytes);
  });
  server.listen(0, ip);
  await once(server, "listening");
  const domain = `${name}.example`;
  const urlOf = (file: string) => `http://pictures.${domain}:${(server.address() as AddressInfo).port}/${file}`;
  return {
    domain,
    ip,
    files,
    urlOf,
    publish(file, bytes) {
      writeFileSync(join(files, file), bytes);
      return urlOf(file);
    },
    challenge: () => void (challenged = true),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function typeOf(url: string): string {
  return url.endsWith(".html") ? "text/html" : "application/octet-stream";
}

function read(file: string): Uint8Array | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
