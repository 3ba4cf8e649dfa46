import { once } from "node:events";
import { createConnection, createServer, type AddressInfo, type Socket } from "node:net";

/** What lies between a client and a service: it can be held and cut, and counts what went over it. */
export interface Line extends AsyncDisposable {
  /** Where the client finds the service. */
  readonly address: string;
  /** Bytes that the client sent, over all connections. */
  readonly sent: number;
  /** From now on no more than about so many further bytes come through. */
  hold(bytes: number): void;
  /** All comes through again. */
  lift(): void;
  /** Ends every connection, as a cable does that is pulled. */
  cut(): void;
}

export async function startLine(address: string): Promise<Line> {
  const port = Number(address.split(":").at(-1));
  const open = new Set<Socket>();
  let [sent, most] = [0, Number.POSITIVE_INFINITY];
  const server = createServer((client) => {
    const service = createConnection({ host: "127.0.0.1", port });
    for (const [one, other] of [
      [client, service],
      [service, client],
    ] as const) {
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
    }
    open.add(client);
    client.on("close", () => open.delete(client));
    client.on("data", (bytes) => {
      sent += bytes.length;
      service.write(bytes);
      if (sent >= most) client.pause();
    });
    service.pipe(client);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = () => {
    for (const client of open) client.destroy();
  };
  return {
    address: `localhost:${(server.address() as AddressInfo).port}`,
    get sent() {
      return sent;
    },
    hold(bytes) {
      most = sent + bytes;
    },
    lift() {
      most = Number.POSITIVE_INFINITY;
      for (const client of open) client.resume();
    },
    cut,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      cut();
      await closed;
    },
  };
}
