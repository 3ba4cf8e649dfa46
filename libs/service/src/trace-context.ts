import { context, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";

/** W3C trace headers (`traceparent`, `tracestate`) of the active span; empty without telemetry. */
export function injectTrace(): Record<string, string> {
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return headers;
}

/** Runs `work` in a span that continues the trace named by `headers`; a rejection marks the span as failed. */
export function withTrace<T>(
  headers: Readonly<Record<string, string>>,
  spanName: string,
  work: () => Promise<T>,
): Promise<T> {
  const parent = propagation.extract(context.active(), headers);
  return trace.getTracer("ntd").startActiveSpan(spanName, { kind: SpanKind.CONSUMER }, parent, async (span) => {
    try {
      return await work();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}
