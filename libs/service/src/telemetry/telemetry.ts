import { register } from "node:module";
import { basename, resolve } from "node:path";

// The door that a process is started through: node --import @ntd/service/telemetry src/main.ts
await startTelemetry(serviceName(process.argv[1] ?? ""));

/**
 * Starts OpenTelemetry for this process if the environment asks for it; otherwise nothing is loaded.
 *
 * - `OTEL_EXPORTER_OTLP_ENDPOINT`: traces go there (OTLP over HTTP).
 * - `{SERVICE}_METRICS_PORT`: a Prometheus endpoint on this port of 127.0.0.1.
 * - `NTD_TRACE_FILE`: spans are appended to this file as `TraceLine`s.
 *
 * gRPC and log lines are instrumented; what is pending is sent when the event loop empties.
 */
export async function startTelemetry(service: string): Promise<void> {
  const file = process.env["NTD_TRACE_FILE"] ?? "";
  const endpoint = process.env["OTEL_EXPORTER_OTLP_ENDPOINT"] ?? "";
  const port = Number(process.env[`${service.toUpperCase().replaceAll("-", "_")}_METRICS_PORT`] ?? 0);
  if (file === "" && endpoint === "" && !(port > 0)) return;

  // Modules that are imported (and not required) can be instrumented only through a loader hook; this form of it does
  // not instrument what is required twice.
  const { createAddHookMessageChannel } = await import("import-in-the-middle");
  const { registerOptions, waitForAllMessagesAcknowledged } = createAddHookMessageChannel();
  register("@opentelemetry/instrumentation/hook.mjs", import.meta.url, registerOptions);
  // The command line and the paths of this process are nobody's business.
  process.env["OTEL_NODE_RESOURCE_DETECTORS"] ??= "env,host";

  const { NodeSDK } = await import("@opentelemetry/sdk-node");
  const { GrpcInstrumentation } = await import("@opentelemetry/instrumentation-grpc");
  const { PinoInstrumentation } = await import("@opentelemetry/instrumentation-pino");
  const sdk = new NodeSDK({
    serviceName: service,
    spanProcessors: await spanProcessors(file, endpoint, service),
    metricReaders: port > 0 ? [await prometheus(port)] : [],
    logRecordProcessors: [],
    instrumentations: [
      new GrpcInstrumentation({ ignoreGrpcMethods: ["Check", "Watch"] }),
      new PinoInstrumentation({ disableLogSending: true }),
    ],
  });
  sdk.start();
  await waitForAllMessagesAcknowledged();
  process.once("beforeExit", () => void sdk.shutdown());
}

async function spanProcessors(file: string, endpoint: string, service: string) {
  if (file === "" && endpoint === "") return [];
  const { BatchSpanProcessor, SimpleSpanProcessor } = await import("@opentelemetry/sdk-trace");
  const processors = [];
  if (endpoint !== "") {
    const { OTLPTraceExporter } = await import("@opentelemetry/exporter-trace-otlp-http");
    processors.push(new BatchSpanProcessor({ exporter: new OTLPTraceExporter() }));
  }
  if (file !== "") {
    const { traceFileExporter } = await import("./trace-file.ts");
    processors.push(new SimpleSpanProcessor({ exporter: traceFileExporter(file, service) }));
  }
  return processors;
}

async function prometheus(port: number) {
  const { PrometheusExporter } = await import("@opentelemetry/exporter-prometheus");
  return new PrometheusExporter({ port, host: "127.0.0.1" });
}

/** `OTEL_SERVICE_NAME`, else the folder of the service: services/{name}/src/main.ts. */
function serviceName(script: string): string {
  return process.env["OTEL_SERVICE_NAME"] ?? basename(resolve(script, "../.."));
}
