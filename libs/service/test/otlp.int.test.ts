import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";

// What a process does that traces one span; it ends by itself once that is sent.
const traced = `
  const { trace } = await import("@opentelemetry/api");
  trace.getTracer("test").startSpan("once").end();
`;

test("traces go straight to their collector, whatever proxy the environment names", async () => {
  const paths: string[] = [];
  const collector = createServer((request, response) => {
    paths.push(request.url ?? "");
    request.resume().on("end", () => response.end("{}"));
  });
  collector.listen(0, "127.0.0.1");
  await once(collector, "listening");
  onTestFinished(() => void collector.close());
  const dead = "http://127.0.0.1:1";
  const env = {
    PATH: process.env["PATH"],
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
    NODE_USE_ENV_PROXY: "1",
    NO_PROXY: "",
    ...Object.fromEntries(["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"].map((name) => [name, dead])),
  };
  const cwd = join(import.meta.dirname, "..");
  const run = promisify(execFile);
  await run(process.execPath, ["--import", "@ntd/service/telemetry", "--input-type=module", "-e", traced], {
    cwd,
    env,
  });
  expect(paths).toEqual(["/v1/traces"]);
}, 30_000);
