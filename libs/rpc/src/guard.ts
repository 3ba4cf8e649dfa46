import { Problem, type Health, type Logger } from "@ntd/service";
import { ServerError, type CallContext, type ServerMiddleware, type ServerMiddlewareCall } from "nice-grpc";
import { mayCall, type Access } from "./access.ts";
import { callerOf, type Caller } from "./caller.ts";
import { interruptible } from "./interruptible.ts";
import type { OpenStreams } from "./open-streams.ts";
import { statusOf } from "./status.ts";

export interface GuardOptions {
  access: Access;
  health: Health;
  log: Logger;
  streams: OpenStreams;
  /** Whether this SPIFFE id is on the deny-list. */
  denied: (id: string) => boolean;
  /** True once the server has begun to stop. */
  stopping: () => boolean;
}

/** Methods of the standard health service: open to every identity that is not denied, and while draining. */
const HEALTH = "/grpc.health.v1.Health/";

/**
 * What every call passes: identity, deny-list, allow-list, drain; and on the way back the one place where an error
 * becomes a status. What is not a `Problem` is logged with its cause and leaves as a fixed text.
 */
export function guard(options: GuardOptions): ServerMiddleware {
  return async function* guarded(call, context) {
    let caller: Caller | undefined;
    try {
      caller = callerOf(context);
      admit(options, caller, call.method.path);
      if (!call.requestStream && !call.responseStream) return yield* call.next(call.request, context);
      return yield* streamed(options.streams, caller, call, context);
    } catch (error) {
      throw leaving(error, context, call.method.path, caller, options.log);
    }
  };
}

function admit({ access, health, denied, stopping }: GuardOptions, caller: Caller, method: string): void {
  if (denied(caller.id)) throw new Problem("IDENTITY_DENIED");
  if (method.startsWith(HEALTH)) return;
  if (!mayCall(access, method, caller)) throw new Problem("NOT_ALLOWED");
  if (health.draining || stopping()) throw new Problem("SHUTTING_DOWN");
}

async function* streamed<Q, A>(
  streams: OpenStreams,
  caller: Caller,
  call: ServerMiddlewareCall<Q, A>,
  context: CallContext,
): AsyncGenerator<A, A | void, undefined> {
  using stream = streams.add(caller);
  const signal = AbortSignal.any([context.signal, stream.signal]);
  const request = call.requestStream ? interruptible(call.request[Symbol.asyncIterator](), signal) : call.request;
  const answer = yield* interruptible<A, A | void>(call.next(request, { ...context, signal }), signal);
  // A handler that simply returns when its signal aborts has not finished its stream.
  stream.signal.throwIfAborted();
  return answer;
}

const REFUSALS: ReadonlySet<string> = new Set(["IDENTITY_UNKNOWN", "IDENTITY_DENIED", "NOT_ALLOWED"]);

function leaving(
  error: unknown,
  context: CallContext,
  method: string,
  caller: Caller | undefined,
  log: Logger,
): unknown {
  // The client has gone: nobody reads the status.
  if (context.signal.aborted && error instanceof Error && error.name === "AbortError") return error;
  if (method.startsWith(HEALTH) && error instanceof ServerError) return error;
  const problem = Problem.from(error);
  const entry = { method, caller: caller?.id, reason: problem.reason };
  if (problem.reason === "INTERNAL") log.error({ ...entry, error: problem }, "a call failed without a name");
  else if (REFUSALS.has(problem.reason)) log.warn(entry, "a call was refused");
  else if (problem.cause !== undefined) log.warn({ ...entry, error: problem }, "a call failed");
  else log.debug(entry, "a call failed");
  return statusOf(problem.reason === "INTERNAL" ? new Problem("INTERNAL") : problem);
}
