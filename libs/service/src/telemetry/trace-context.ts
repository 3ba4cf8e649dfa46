import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { Problem } from "../problem/problem.ts";

/**
 * The active trace as W3C headers (`traceparent`, `tracestate`), to travel in a message's headers or in the envelope of
 * a notice. Empty when telemetry is off or nothing is traced.
 */
export function injectTrace(): Record<string, string> {
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  // An empty tracestate says nothing.
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ""));
}

/**
 * Runs `work` as a CONSUMER span that continues the trace of `headers` (a new trace when they carry none) and passes on
 * what it returns or throws. A failure is marked by its reason only: messages of unknown errors may hold an address.
 */
export async function withTrace<T>(
  headers: Readonly<Record<string, string>>,
  spanName: string,
  work: () => Promise<T>,
): Promise<T> {
  const parent = propagation.extract(ROOT_CONTEXT, headers);
  const span = trace.getTracer("@ntd/service").startSpan(spanName, { kind: SpanKind.CONSUMER }, parent);
  try {
    return await context.with(trace.setSpan(parent, span), work);
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: Problem.from(error).reason });
    throw error;
  } finally {
    span.end();
  }
}
