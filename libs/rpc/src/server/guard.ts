import { Problem, type Health, type Logger } from "@ntd/service";
import { ServerError, type CallContext, type ServerMiddleware, type ServerMiddlewareCall } from "nice-grpc";
import { mayCall, notAllowed, type Access } from "../identity/access.ts";
import { callerOf, type Caller } from "../identity/caller.ts";
import { callEnded } from "./metrics.ts";
import { interruptible } from "./interruptible.ts";
import { limitOf, type CallLimits } from "./limits.ts";
import type { OpenCalls } from "./open-calls.ts";
import { statusOf } from "../status.ts";

export interface GuardOptions {
  access: Access;
  health: Health;
  log: Logger;
  calls: OpenCalls;
  limits: CallLimits;
  /** Whether this SPIFFE id is on the deny-list. */
  denied: (id: string) => boolean;
  /** True once the server has begun to stop. */
  stopping: () => boolean;
}

/** Methods of the standard health service: open to every identity that is not denied, and while draining. */
const HEALTH = "/grpc.health.v1.Health/";

/**
 * What every call passes: identity, deny-list, allow-list, drain, time limit; and on the way back the one place where an error
 * becomes a status. What is not a `Problem` is logged with its cause and leaves as a fixed text.
 */
export function guard(options: GuardOptions): ServerMiddleware {
  return async function* guarded(call, context) {
    const method = call.method.path;
    const ended = callEnded(method);
    let caller: Caller | undefined;
    let reason = "OK";
    try {
      caller = callerOf(context);
      admit(options, caller, method);
      // Who calls counts from here on: quotas of an identity belong to this line.
      return yield* underWay(options, caller, call, context);
    } catch (error) {
      const problem = problemIn(error, context, method);
      reason = problem?.reason ?? "CANCELLED";
      if (problem === undefined) throw error;
      note(problem, method, caller, options.log);
      throw statusOf(problem.reason === "INTERNAL" ? new Problem("INTERNAL") : problem);
    } finally {
      ended(reason);
    }
  };
}

function admit({ access, health, denied, stopping }: GuardOptions, caller: Caller, method: string): void {
  if (denied(caller.id)) throw new Problem("IDENTITY_DENIED");
  if (method.startsWith(HEALTH)) return;
  if (!mayCall(access, method, caller)) throw notAllowed(access, method, caller);
  if (health.draining || stopping()) throw new Problem("SHUTTING_DOWN");
}

async function* underWay<Q, A>(
  { calls, limits }: GuardOptions,
  caller: Caller,
  call: ServerMiddlewareCall<Q, A>,
  context: CallContext,
): AsyncGenerator<A, A | void, undefined> {
  const kind = call.requestStream || call.responseStream ? "stream" : "unary";
  using open = calls.add(caller, kind, limitOf(limits, call.method));
  const signal = AbortSignal.any([context.signal, open.signal]);
  const request = call.requestStream ? interruptible(call.request[Symbol.asyncIterator](), signal) : call.request;
  const answer = yield* interruptible<A, A | void>(call.next(request, { ...context, signal }), signal);
  // A handler that simply returns when its signal aborts has not finished its stream.
  open.signal.throwIfAborted();
  return answer;
}

const REFUSALS: ReadonlySet<string> = new Set(["IDENTITY_UNKNOWN", "IDENTITY_DENIED", "NOT_ALLOWED"]);

/** The problem that leaves; none when nobody reads it, or the health service has chosen its own status. */
function problemIn(error: unknown, context: CallContext, method: string): Problem | undefined {
  if (context.signal.aborted && error instanceof Error && error.name === "AbortError") return undefined;
  if (method.startsWith(HEALTH) && error instanceof ServerError) return undefined;
  return Problem.from(error);
}

function note(problem: Problem, method: string, caller: Caller | undefined, log: Logger): void {
  const entry = { method, caller: caller?.id, reason: problem.reason };
  if (problem.reason === "INTERNAL") log.error({ ...entry, error: problem }, "a call failed without a name");
  else if (REFUSALS.has(problem.reason)) log.warn(entry, "a call was refused");
  else if (problem.cause !== undefined) log.warn({ ...entry, error: problem }, "a call failed");
  else log.debug(entry, "a call failed");
}
