import type { ServerCredentials } from "@grpc/grpc-js";
import { Problem, type Health, type Logger } from "@ntd/service";
import {
  createServer,
  type CompatServiceDefinition,
  type GrpcJsServiceDefinition,
  type Server,
  type ServiceImplementation,
} from "nice-grpc";
import { errorDetailsServerMiddleware } from "nice-grpc-error-details";
import { checkAccess, type Access } from "../identity/access.ts";
import { bridgeIdentity } from "../identity/caller.ts";
import { channelOptions } from "../client/channel-options.ts";
import { watchDenyList } from "../identity/deny-list.ts";
import { guard } from "./guard.ts";
import { addHealthService } from "./health-service.ts";
import { serverCredentials } from "../identity/credentials.ts";
import { watchIdentity, type Identity } from "../identity/identity-files.ts";
import type { CallLimits } from "./limits.ts";
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
    addTo: (server, log) =>
      server.add<CompatServiceDefinition & D>(tellingOfBadAnswers(definition, log), implementation),
  };
}

// grpc-js answers "Error serializing response" and tells nobody why.
function tellingOfBadAnswers<D extends GrpcJsServiceDefinition>(definition: D, log: Logger): D {
  const methods = Object.entries(definition as GrpcJsServiceDefinition).map(([name, method]) => {
    const responseSerialize = (answer: unknown) => {
      try {
        return method.responseSerialize(answer);
      } catch (error) {
        log.error({ method: method.path, error }, "an answer cannot be encoded");
        throw error;
      }
    };
    return [name, { ...method, responseSerialize }];
  });
  return Object.fromEntries(methods) as D;
}

/** How long calls in hand may take to finish before they are told to stop, and then to say so before they are cut off. */
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
  const denyList =
    denyListFile === ""
      ? undefined
      : parts.use(
          watchDenyList(denyListFile, log, () => calls.end(new Problem("IDENTITY_DENIED"), ({ id }) => denied(id))),
        );
  const denied = (id: string) => denyList?.has(id) ?? false;
  let stopping = false;
  // nice-grpc hands its options to the grpc-js server as they are, interceptors too; its types do not say so.
  const server = createServer({
    ...channelOptions(options),
    interceptors: [bridgeIdentity(identity.value.trustDomain)],
  } as Parameters<typeof createServer>[0])
    .use(errorDetailsServerMiddleware)
    .use(guard({ access, health, log, calls, limits: options, denied, stopping: () => stopping }));
  for (const one of services) one.addTo(server, log);
  parts.use(addHealthService(server, health, [...new Set(methods.map((m) => m.split("/")[1] ?? ""))]));
  const port = await listen(server, options.listen, serverCredentials(identity));
  const held = parts.move();
  return {
    address: `localhost:${port}`,
    async [Symbol.asyncDispose]() {
      stopping = true;
      const shuttingDown = new Problem("SHUTTING_DOWN");
      calls.end(shuttingDown, ({ kind }) => kind === "stream");
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
