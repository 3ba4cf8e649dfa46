import { checkServerIdentity, type PeerCertificate } from "node:tls";
import {
  ChannelCredentials,
  createChannel,
  createClientFactory,
  type Client,
  type ClientMiddleware,
  type GrpcJsServiceDefinition,
} from "nice-grpc";
import { deadlineMiddleware, type DeadlineOptions } from "nice-grpc-client-middleware-deadline";
import { errorDetailsClientMiddleware } from "nice-grpc-error-details";
import { identityInNames, trustDomainOf } from "./caller.ts";
import { channelOptions } from "./channel-options.ts";
import { readIdentityFiles } from "./identity-files.ts";
import { problemOf } from "./status.ts";

export interface RpcClientOptions {
  /** `host:port`; the host must be a DNS name of the server's certificate. */
  address: string;
  /** Folder with cert.pem, key.pem and ca.pem of the caller. */
  identityDir: string;
  /** Time limit of a unary call; default 5,000 ms. A call may carry its own `deadline` (Date, or ms from now). */
  deadlineMs?: number;
  /** Largest message taken; default 4 MiB. */
  maxMessageBytes?: number;
  /** A peer that is silent for one and a half times this is given up; default 10,000 ms. */
  keepaliveMs?: number;
}

/** A method per RPC, typed by the definition. Every error that a method rejects with is a Problem. */
export type RpcClient<D extends GrpcJsServiceDefinition> = Client<D, DeadlineOptions> & AsyncDisposable;

/** An upload may take longer than a question, but not for ever. */
const UPLOAD_DEADLINE_MS = 600_000;

/**
 * A client over mutual TLS; it connects at the first call and again by itself. Unary calls and uploads have a time
 * limit; a stream of answers takes a `signal` and lasts.
 *
 * @throws Problem CONFIG_INVALID when the identity folder is not usable.
 */
export function connect<D extends GrpcJsServiceDefinition>(definition: D, options: RpcClientOptions): RpcClient<D> {
  const { address, identityDir, deadlineMs = 5000 } = options;
  const { ca, key, cert, trustDomain } = readIdentityFiles(identityDir);
  const credentials = ChannelCredentials.createSsl(ca, key, cert, { checkServerIdentity: isService(trustDomain) });
  const channel = createChannel(address, credentials, { ...channelOptions(options), ...reconnecting });
  const client = createClientFactory()
    .use(errorDetailsClientMiddleware)
    .use(deadlineMiddleware)
    .use(defaultDeadline(deadlineMs))
    .use(problemsOnly)
    .create<D>(definition, channel);
  return Object.assign(client as Client<D, DeadlineOptions>, {
    async [Symbol.asyncDispose]() {
      channel.close();
    },
  });
}

// A service that was started again is found within two seconds; grpc-js alone may wait for two minutes.
const reconnecting = {
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 2000,
  "grpc.min_reconnect_backoff_ms": 5000,
};

// Every holder of a certificate could pose as a server otherwise, since one authority issues them all.
function isService(trustDomain: string): (host: string, certificate: PeerCertificate) => Error | undefined {
  return (host, certificate) => {
    const peer = identityInNames(certificate.subjectaltname);
    if (peer?.kind !== "service" || trustDomainOf(peer.id) !== trustDomain) {
      return new Error("the server's certificate carries no identity of kind service in this trust domain");
    }
    return checkServerIdentity(host, certificate);
  };
}

function defaultDeadline(deadlineMs: number): ClientMiddleware<DeadlineOptions, DeadlineOptions> {
  return (call, options) => {
    if (call.responseStream || options.deadline !== undefined) return call.next(call.request, options);
    return call.next(call.request, { ...options, deadline: call.requestStream ? UPLOAD_DEADLINE_MS : deadlineMs });
  };
}

const problemsOnly: ClientMiddleware = async function* problemsOnly(call, options) {
  try {
    return yield* call.next(call.request, options);
  } catch (error) {
    throw problemOf(error);
  }
};
