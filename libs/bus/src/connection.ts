import { join } from "node:path";
import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection, type TlsOptions } from "@nats-io/transport-node";
import { Problem, type Logger } from "@ntd/service";
import { Away } from "./why.ts";

export interface BusOptions {
  /** Name of the connection and of its inbox, for example "casework". */
  name: string;
  /** `tls://host:port`, several separated by commas. */
  natsUrl: string;
  /** Folder with cert.pem, key.pem, ca.pem, read at each connection; or one that is watched: at each change it connects again. */
  identityDir: string | WatchedIdentity;
  log: Logger;
}

export interface WatchedIdentity {
  readonly value: Readonly<Record<"ca" | "cert" | "key", Uint8Array>>;
  onChange(listener: () => void): Disposable;
}

/** A connection that comes back by itself for ever. */
export interface Bus extends AsyncDisposable {
  readonly name: string;
  readonly connection: NatsConnection;
  readonly jetstream: JetStreamClient;
  readonly manager: JetStreamManager;
  readonly log: Logger;
}

/**
 * Connects over mutual TLS, waiting until a server answers. The log is told why none does, once at each change.
 *
 * @throws Problem BUS_TOO_OLD for a server below 2.10: it ignores sync_interval and terminates wrongly.
 */
export async function connectBus({ name, natsUrl, identityDir, log }: BusOptions): Promise<Bus> {
  const away = new Away({ natsUrl, identityDir }, log);
  away.begins();
  const connection = await connect({
    servers: natsUrl.split(","),
    name,
    inboxPrefix: `_INBOX_${name}`,
    tls: certificates(identityDir),
    waitOnFirstConnect: true,
    maxReconnectAttempts: -1,
    // A gap in the server's list of users is mended by the operator; then the connection must come back.
    ignoreAuthErrorAbort: true,
    // A stack trace for every request, in case it fails, costs more than it tells.
    noAsyncTraces: true,
    reconnectTimeWait: 250,
    timeout: 3000,
    pingInterval: 5000,
  });
  away.ends();
  void follow(connection, away);
  // nats-server asks nobody again who is connected: who was would stay with a certificate that has ended.
  const changes = typeof identityDir === "string" ? undefined : identityDir.onChange(() => void renewed(connection));
  requireVersion(connection.info?.version ?? "0");
  return {
    name,
    connection,
    log,
    jetstream: jetstream(connection, { timeout: 5000 }),
    manager: await jetstreamManager(connection, { checkAPI: false }),
    async [Symbol.asyncDispose]() {
      changes?.[Symbol.dispose]();
      if (!connection.isClosed()) await connection.drain().catch(() => connection.close());
    },
  };
}

// While it is away the next connection is made with what is there then.
function renewed(connection: NatsConnection): Promise<void> {
  return connection.reconnect().catch(() => undefined);
}

async function follow(connection: NatsConnection, away: Away): Promise<void> {
  using _ = away;
  for await (const { type } of connection.status()) {
    if (type === "disconnect") away.begins();
    if (type === "reconnect") away.ends();
  }
}

// Asked at each connection, so that the next one is made with the certificates of that moment.
function certificates(identity: BusOptions["identityDir"]): TlsOptions {
  if (typeof identity === "string") {
    const file = (base: string) => join(identity, base);
    return { certFile: file("cert.pem"), keyFile: file("key.pem"), caFile: file("ca.pem") };
  }
  const pem = (name: "ca" | "cert" | "key") => Buffer.from(identity.value[name]).toString("utf8");
  return {
    get ca() {
      return pem("ca");
    },
    get cert() {
      return pem("cert");
    },
    get key() {
      return pem("key");
    },
  };
}

export function requireVersion(version: string): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major < 2 || (major === 2 && minor < 10)) {
    throw new Problem(
      "BUS_TOO_OLD",
      `nats-server ${version} is too old: it ignores sync_interval. Install 2.10 or newer.`,
    );
  }
}
