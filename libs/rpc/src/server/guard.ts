import { inCall, Problem } from "@ntd/service";
import { ServerError, type CallContext, type ServerMiddleware, type ServerMiddlewareCall } from "nice-grpc";
import { CUT_HEADER, pageCut } from "../requests/paging.ts";
import { statusOf } from "../status.ts";
import { CALL, HEALTH } from "./door.ts";
import { interruptible } from "./interruptible.ts";
import type { Notes } from "./notes.ts";
import type { OpenCall, OpenCalls } from "./open-calls.ts";

/**
 * What stands around every handler: its signal, and on the way back the one place where an error becomes a status. What
 * is not a `Problem` is logged with its cause and leaves as a fixed text. Who may come in was decided at the door.
 */
export function guard({ notes, calls }: { notes: Notes; calls: OpenCalls }): ServerMiddleware {
  return async function* guarded(call, context) {
    const method = call.method.path;
    const open = calls.get(context.metadata.get(CALL) ?? "");
    // Ended and answered between its last byte and now.
    if (open === undefined) throw statusOf(new Problem("SHUTTING_DOWN"));
    open.isHandled = true;
    const cut = pageCut(call.request);
    if (cut !== undefined) context.header.set(CUT_HEADER, String(cut));
    let reason = "OK";
    try {
      return yield* underWay(open, call, context);
    } catch (error) {
      const problem = problemIn(error, context, method);
      reason = problem?.reason ?? "CANCELLED";
      if (problem === undefined) throw error;
      notes.failed(problem, method, open.caller);
      throw statusOf(problem.reason === "INTERNAL" ? new Problem("INTERNAL") : problem);
    } finally {
      open.end(reason);
    }
  };
}

async function* underWay<Q, A>(
  open: OpenCall,
  call: ServerMiddlewareCall<Q, A>,
  context: CallContext,
): AsyncGenerator<A, A | void, undefined> {
  const signal = AbortSignal.any([context.signal, open.signal]);
  const request = call.requestStream ? interruptible(call.request[Symbol.asyncIterator](), signal) : call.request;
  const handler = call.next(request, { ...context, signal });
  const answer = yield* interruptible(inCourse<A, A | void>(handler, signal), signal);
  // A handler that simply returns when its signal aborts has not finished its stream.
  open.signal.throwIfAborted();
  return answer;
}

/** Each step of a handler is a step of its call: what it asks of peers and stores ends with it. */
function inCourse<T, R>(steps: AsyncIterator<T, R, undefined>, signal: AbortSignal): AsyncIterator<T, R, undefined> {
  return {
    next: () => inCall(signal, () => steps.next()),
    return: (value) =>
      inCall(signal, () => steps.return?.(value) ?? Promise.resolve({ done: true, value: value as R })),
  };
}

/** The problem that leaves; none when nobody reads it, or the health service has chosen its own status. */
function problemIn(error: unknown, context: CallContext, method: string): Problem | undefined {
  if (context.signal.aborted && error instanceof Error && error.name === "AbortError") return undefined;
  if (method.startsWith(HEALTH) && error instanceof ServerError) return undefined;
  return Problem.from(error);
}
