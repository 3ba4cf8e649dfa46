import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Web hosts on loopback addresses of their own; a path holds its picture until it is removed. */
export interface Hosts extends AsyncDisposable {
  /** "ip name" lines for the prober. */
  readonly hostsFile: string;
  readonly names: readonly string[];
  /** Puts a picture on the nth host and returns its address. */
  publish(nth: number, path: string, picture: Uint8Array): string;
  remove(path: string): void;
}

/** @param domains of the providers; hosts take turns among them. */
export async function startHosts(count: number, domains: readonly string[]): Promise<Hosts> {
  const pictures = new Map<string, Uint8Array>();
  const server = createServer((request, response) => {
    const picture = pictures.get(request.url ?? "");
    if (picture === undefined) response.writeHead(404).end("not found");
    else response.writeHead(200, { "content-type": "image/jpeg" }).end(picture);
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
    publish(nth, path, picture) {
      pictures.set(path, picture);
      return `http://${names[nth % count]}:${port}${path}`;
    },
    remove: (path) => void pictures.delete(path),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
