import type { ServerCredentials } from "@grpc/grpc-js";
import { Problem, unwatched, watchData, type Health, type Logger, type Watched } from "@ntd/service";
import {
  createServer,
  type CompatServiceDefinition,
  type GrpcJsServiceDefinition,
  type Server,
  type ServiceImplementation,
} from "nice-grpc";
import { errorDetailsServerMiddleware } from "nice-grpc-error-details";
import { checkAccess, type Access } from "../identity/access.ts";
import { channelOptions } from "../client/channel-options.ts";
import { watchDenyList } from "../identity/deny-list.ts";
import { defaultQuotas, quotaOf, readQuotas, type Quotas } from "../quotas/quotas.ts";
import { Usage } from "../quotas/usage.ts";
import { Connections } from "./connections.ts";
import { frontDoor } from "./door.ts";
import { guard } from "./guard.ts";
import { withAnswers } from "./answers.ts";
import { addHealthService } from "./health-service.ts";
import { serverCredentials } from "../identity/credentials.ts";
import { watchIdentity, type Identity } from "../identity/identity-files.ts";
import type { CallLimits } from "./limits.ts";
import type { ConnectionAge } from "./lifetime.ts";
import { Notes } from "./notes.ts";
import { OpenCalls } from "./open-calls.ts";

export interface RpcServerOptions extends CallLimits {
  /** host:port; port 0 takes a free one. */
  listen: string;
  /** Folder with cert.pem, key.pem and ca.pem, watched: new connections meet new certificates. */
  identityDir: string | Identity;
  /** One refused SPIFFE id a line, read again when it changes; empty or absent: nobody is refused by it. */
  denyListFile?: string;
  /** Who may call what; a method that is missing is refused for everybody. */
  access: Access;
  health: Health;
  log: Logger;
  /** Largest message taken; default 4 MiB. */
  maxMessageBytes?: number;
  /** A peer that is silent for one and a half times this is given up; default 10,000 ms. */
  keepaliveMs?: number;
  /** What one identity may ask, as `deploy/quotas.yaml`; read again when it changes. Empty or absent: as by default. */
  quotasFile?: string;
  /** How long a connection lasts; default one hour, and ten minutes for the calls that are in hand then. */
  connectionAge?: ConnectionAge;
}

export interface RpcServer extends AsyncDisposable {
  /** `localhost:port`, for clients on this machine. */
  readonly address: string;
}

/** A definition with its implementation, made by `service`. */
export interface RpcService {
  readonly methods: readonly string[];
  addTo(server: Server, log: Logger): void;
}

/** Binds handlers, typed by the definition, to a grpc-js definition of the generated code. */
export function service<D extends GrpcJsServiceDefinition>(
  definition: D,
  implementation: ServiceImplementation<D>,
): RpcService {
  return {
    methods: Object.values(definition as GrpcJsServiceDefinition).map((method) => method.path),
    addTo(server, log) {
      const answering = withAnswers(definition, implementation, log);
      server.add<CompatServiceDefinition & D>(answering.definition, answering.implementation);
    },
  };
}

/** Calls at a time on one connection; a client's further ones wait on its side. */
const MOST_STREAMS = 256;

/** How long a connection lasts, and then the calls that are in hand: as long as an upload may. */
const AGE_MS = 3_600_000;
const GRACE_MS = 600_000;

/** What a stranger can hold before anybody knows who it is, and what a call may say before it is known what it wants. */
const bounds = {
  handshakeTimeout: 10_000,
  settings: { maxConcurrentStreams: MOST_STREAMS, maxHeaderListSize: 16 * 1024 },
  // Calls that a client takes back; whoever takes back more is thrown out. One that ends may take back all that it has.
  streamResetBurst: MOST_STREAMS,
  streamResetRate: 33,
};

function quotasIn(file: string, log: Logger): Watched<Quotas> {
  return file === "" ? unwatched(defaultQuotas) : watchData(file, log, readQuotas);
}

/** How long calls in hand before they are told to stop, and then to say so before they are cut off. */
const DRAIN_MS = 3000;
const LAST_MS = 500;

/**
 * Serves `services` and `grpc.health.v1.Health` over mutual TLS. Disposing ends streams with SHUTTING_DOWN, lets unary
 * calls finish for three seconds, then ends those too, and cuts off whatever is left.
 *
 * @throws Problem CONFIG_INVALID for unusable identity files, deny-list, allow-list or address.
 */
export async function startRpcServer(options: RpcServerOptions, services: readonly RpcService[]): Promise<RpcServer> {
  const { identityDir, denyListFile = "", access, health, log } = options;
  const methods = services.flatMap((s) => s.methods);
  checkAccess(access, new Set(methods));
  const calls = new OpenCalls();
  await using parts = new AsyncDisposableStack();
  const identity = typeof identityDir === "string" ? parts.use(watchIdentity(identityDir, log)) : identityDir;
  const quotas = parts.use(quotasIn(options.quotasFile ?? "", log));
  const usage = new Usage((caller) => quotaOf(quotas.value, caller));
  const notes = new Notes(log);
  const connections = parts.use(
    new Connections({
      usage,
      notes,
      age: options.connectionAge ?? { ageMs: AGE_MS, graceMs: GRACE_MS },
      most: () => quotas.value.connections,
      certificate: () => identity.value.cert,
      denied: (id) => denied(id),
      endCalls: (problem, which) => calls.end(problem, which),
    }),
  );
  parts.use(identity.onChange(({ ca }) => connections.endUntrusted(ca)));
  const onDenied = (isFaulty: boolean) => {
    // Somebody meant to refuse somebody, and it did not happen.
    health.degrade("deny_list:LINES_IGNORED", isFaulty);
    calls.end(new Problem("IDENTITY_DENIED"), ({ caller }) => denied(caller.id));
    connections.endDenied();
  };
  const denyList = denyListFile === "" ? undefined : parts.use(watchDenyList(denyListFile, log, onDenied));
  const denied = (id: string) => denyList?.has(id) ?? false;
  let stopping = false;
  const { trustDomain } = identity.value;
  const atDoor = { access, health, notes, calls, connections, usage, limits: options, trustDomain, denied };
  // nice-grpc hands its options to the grpc-js server as they are, interceptors too; its types do not say so.
  const server = createServer({
    ...channelOptions(options),
    interceptors: [frontDoor({ ...atDoor, stopping: () => stopping })],
  } as Parameters<typeof createServer>[0])
    .use(errorDetailsServerMiddleware)
    .use(guard({ notes, calls }));
  for (const one of services) one.addTo(server, log);
  parts.use(addHealthService(server, health, [...new Set(methods.map((m) => m.split("/")[1] ?? ""))]));
  const port = await listen(server, options.listen, serverCredentials(identity, bounds));
  connections.listening(port);
  const held = parts.move();
  return {
    address: `localhost:${port}`,
    async [Symbol.asyncDispose]() {
      stopping = true;
      const shuttingDown = new Problem("SHUTTING_DOWN");
      calls.end(shuttingDown, ({ kind, isHandled }) => kind === "stream" || !isHandled);
      await shutDown(server, () => calls.end(shuttingDown));
      await held.disposeAsync();
    },
  };
}

// Never waits for longer: `shutdown` does not come back when a connection was given up (a silent peer) just before.
async function shutDown(server: Server, endCalls: () => void): Promise<void> {
  const forced = Promise.withResolvers<void>();
  const ending = setTimeout(endCalls, DRAIN_MS);
  const forcing = setTimeout(() => {
    server.forceShutdown();
    forced.resolve();
  }, DRAIN_MS + LAST_MS);
  await Promise.race([server.shutdown(), forced.promise]);
  clearTimeout(ending);
  clearTimeout(forcing);
}

async function listen(server: Server, address: string, credentials: ServerCredentials): Promise<number> {
  try {
    return await server.listen(address, credentials);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Problem("CONFIG_INVALID", `Cannot listen on ${address}; it takes a free host:port (${why}).`, { cause });
  }
}
