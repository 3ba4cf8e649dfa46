import { connectivityState } from "@grpc/grpc-js";
import { hostPort, observe, Problem, whyNot, type Logger, type Why } from "@ntd/service";
import { ClientError, Status, type ClientMiddleware } from "nice-grpc";
import { RichClientError } from "nice-grpc-error-details";
import { problemOf } from "../status.ts";
import type { Opened } from "./channel.ts";

/** Time to get a connection for what has no time limit of its own, a stream. */
const CONNECT_MS = 5000;
/** A step of the look why there is no connection, and how long what it found is told without another look. */
const LOOK_MS = 1000;

/**
 * Every error becomes a Problem. Where a call failed for want of a connection, that is said with the mend, and in
 * `metadata.why` for programs: grpc-js hides it, so that one connection more is made to see.
 */
export function sayingWhy(opened: Opened, { address, log }: { address: string; log?: Logger }): ClientMiddleware {
  const look = looking(opened, address);
  const said = new Said(address, log);
  const state = () => opened.channel.getConnectivityState(false);
  const isReady = () => state() === connectivityState.READY;
  async function told(error: unknown, path: string): Promise<Problem> {
    const problem = problemOf(error);
    const { cause } = problem;
    if (!(cause instanceof ClientError) || !isOfTransport(problem, cause)) return problem;
    if (state() === connectivityState.SHUTDOWN) return problem;
    const why = cause.code === Status.UNIMPLEMENTED ? unserved(address, path) : await look();
    // Who is connected and answers well is merely slow, or was away for a moment.
    const isSlow = cause.code === Status.DEADLINE_EXCEEDED && (why === undefined || isReady());
    if (isSlow) return problem;
    const named = why && new Problem("PEER_UNAVAILABLE", why.sentence, { metadata: { why: why.why }, cause });
    said.failed(named ?? problem);
    return named ?? problem;
  }
  return async function* sayingWhy(call, options) {
    const unconnected = new AbortController();
    const signals = [unconnected.signal, ...(options.signal ? [options.signal] : [])];
    const lasts = call.responseStream || call.requestStream;
    const late = lasts ? setTimeout(() => !isReady() && unconnected.abort(), CONNECT_MS) : undefined;
    try {
      const answers = call.next(call.request, lasts ? { ...options, signal: AbortSignal.any(signals) } : options);
      if (!call.responseStream) {
        const answer = yield* answers;
        said.well();
        return answer;
      }
      for await (const answer of answers) {
        said.well();
        yield answer;
      }
      return undefined;
    } catch (error) {
      const isOurs = unconnected.signal.aborted && options.signal?.aborted !== true;
      throw await told(isOurs ? unavailable(call.method.path) : error, call.method.path);
    } finally {
      clearTimeout(late);
    }
  };
}

function unavailable(path: string): ClientError {
  return new ClientError(path, Status.UNAVAILABLE, "no connection in time");
}

/** The peer named no reason of ours: the transport did, or there is no such method. */
function isOfTransport({ reason }: Problem, cause: ClientError): boolean {
  if (cause instanceof RichClientError && cause.extra.length > 0) return false;
  if (reason === "TIMED_OUT") return cause.code === Status.DEADLINE_EXCEEDED;
  return reason === "PEER_UNAVAILABLE" && (cause.code === Status.UNAVAILABLE || cause.code === Status.UNIMPLEMENTED);
}

function unserved(address: string, path: string) {
  const [, service = "", method = ""] = path.split("/");
  const sentence =
    `What listens at ${address} does not serve ${method} of ${service}: it is another service, or of another release. ` +
    "Mend the address.";
  return { why: "service", sentence };
}

/** Why there is no connection; one look for all that ask at the same time. */
export function looking({ identity, way }: Opened, address: string): () => Promise<Why | undefined> {
  const to = hostPort(address);
  let last: { at: number; why: Promise<Why | undefined> } | undefined;
  return async () => {
    if (to === undefined) return undefined;
    const now = Date.now();
    if (last !== undefined && now - last.at < LOOK_MS) return last.why;
    const { ca, cert, key } = identity.value;
    const glance = { to, way, speaks: "grpc", timeoutMs: LOOK_MS } as const;
    const why = observe({ ...glance, identity: { ca, cert, key } }).then((seen) =>
      whyNot(seen, { ...glance, cert }, new Date()),
    );
    last = { at: now, why };
    return why;
  };
}

/** What the log was told last of this peer. */
class Said {
  readonly #address: string;
  readonly #log: Logger | undefined;
  #why: string | undefined;

  constructor(address: string, log: Logger | undefined) {
    this.#address = address;
    this.#log = log;
  }

  failed({ reason, message, metadata }: Problem): void {
    if (this.#why === message) return;
    this.#why = message;
    this.#log?.warn(
      { address: this.#address, reason: metadata["why"] ?? reason, why: message },
      "a peer is out of reach",
    );
  }

  well(): void {
    if (this.#why === undefined) return;
    this.#why = undefined;
    this.#log?.info({ address: this.#address }, "the peer is within reach again");
  }
}
