import { appendFileSync } from "node:fs";
import { SpanKind } from "@opentelemetry/api";
import { ExportResultCode } from "@opentelemetry/core";
import type { SpanExporter } from "@opentelemetry/sdk-trace";

/** A finished span as a line of the trace file. */
export interface TraceLine {
  traceId: string;
  spanId: string;
  parentSpanId: string | null;
  name: string;
  kind: keyof typeof SpanKind;
  service: string;
}

/** Appends one JSON line per finished span to `file`; several processes may share it. For tests. */
export function traceFileExporter(file: string, service: string): SpanExporter {
  return {
    export(spans, done) {
      const lines = spans.map((span): string => {
        const { traceId, spanId } = span.spanContext();
        const line: TraceLine = {
          traceId,
          spanId,
          parentSpanId: span.parentSpanContext?.spanId ?? null,
          name: span.name,
          kind: SpanKind[span.kind] as TraceLine["kind"],
          service,
        };
        return `${JSON.stringify(line)}\n`;
      });
      appendFileSync(file, lines.join(""));
      done({ code: ExportResultCode.SUCCESS });
    },
    shutdown: () => Promise.resolve(),
  };
}
