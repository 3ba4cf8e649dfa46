import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Web hosts on loopback addresses of their own; a path holds its file until it is removed. */
export interface Hosts extends AsyncDisposable {
  /** "ip name" lines for the prober. */
  readonly hostsFile: string;
  readonly names: readonly string[];
  /** Puts a file on the nth host, a picture unless its type says otherwise, and returns its address. */
  publish(nth: number, path: string, file: Uint8Array, type?: string): string;
  remove(path: string): void;
  /** When it was asked for last, by `performance.now()`; NaN for never. */
  askedAt(path: string): number;
}

/** @param domains of the providers; hosts take turns among them. */
export async function startHosts(count: number, domains: readonly string[]): Promise<Hosts> {
  const files = new Map<string, { file: Uint8Array; type: string; askedAt?: number }>();
  const server = createServer((request, response) => {
    const found = files.get(request.url ?? "");
    if (found === undefined) return response.writeHead(404).end("not found");
    found.askedAt = performance.now();
    return response.writeHead(200, { "content-type": found.type }).end(found.file);
  });
  server.listen(0, "0.0.0.0");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const names = Array.from({ length: count }, (_, n) => `h${n}.${domains[n % domains.length]}`);
  // One host a /24, so that no limit for a network bites.
  const lines = names.map((name, n) => `127.${1 + Math.floor(n / 250)}.${n % 250}.7 ${name}`);
  return {
    hostsFile: `${lines.join("\n")}\n`,
    names,
    publish(nth, path, file, type = "image/jpeg") {
      files.set(path, { file, type });
      return `http://${names[nth % count]}:${port}${path}`;
    },
    remove: (path) => void files.delete(path),
    askedAt: (path) => files.get(path)?.askedAt ?? Number.NaN,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
