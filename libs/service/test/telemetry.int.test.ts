import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { createServer as createHttpServer } from "node:http";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startChild } from "./child.ts";
import type { TraceLine } from "../src/telemetry/trace-file.ts";

const DOOR = ["--import", "@ntd/service/telemetry"];

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "ntd-telemetry-"));
  file = join(dir, "spans");
});
afterEach(() => rmSync(dir, { recursive: true }));

const spans = () =>
  readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as TraceLine);

const handling = `
  import { createLog, injectTrace, withTrace } from "../src/index.ts";
  const log = createLog("x", "info");
  await withTrace(JSON.parse(process.env.HEADERS), "handle " + process.env.OTEL_SERVICE_NAME, async () => {
    log.info({ headers: injectTrace() }, "handled");
  });
`;

/** Runs a process that handles a message with these headers; the headers it would send on. */
async function handle(service: string, headers: object, environment: Record<string, string>, flags = DOOR) {
  const settings = { OTEL_SERVICE_NAME: service, HEADERS: JSON.stringify(headers), ...environment };
  await using child = startChild(handling, settings, flags);
  expect(await child.ended, child.stderr()).toBe(0);
  return JSON.parse(child.stdout()) as { headers: Record<string, string>; trace_id?: string };
}

test("one trace goes through several processes by the headers alone, and log lines carry its id", async () => {
  const first = await handle("intake", {}, { NTD_TRACE_FILE: file });
  const second = await handle("prober", first.headers, { NTD_TRACE_FILE: file });
  const [a, b] = spans();
  expect(a).toMatchObject({ service: "intake", name: "handle intake", kind: "CONSUMER", parentSpanId: null });
  expect(b).toMatchObject({ service: "prober", traceId: a?.traceId, parentSpanId: a?.spanId });
  expect([first.trace_id, second.trace_id]).toEqual([a?.traceId, a?.traceId]);
  expect(first.headers["traceparent"]).toBe(`00-${a?.traceId}-${a?.spanId}-01`);
});

test("headers that are no trace begin a new one", async () => {
  await handle("intake", { traceparent: "nonsense" }, { NTD_TRACE_FILE: file });
  expect(spans()).toEqual([expect.objectContaining({ parentSpanId: null })]);
});

test("without a setting nothing is loaded: no trace, no headers, the work is done all the same", async () => {
  const { headers, trace_id } = await handle("intake", {}, {});
  expect([headers, trace_id]).toEqual([{}, undefined]);
  await using child = startChild(
    `process.stdout.write(String(process.moduleLoadList.length > 0 && globalThis[Symbol.for("opentelemetry.js.api.1")]))`,
    {},
    DOOR,
  );
  await child.ended;
  expect(child.stdout()).toBe("undefined");
});

test("what a failed handler threw passes on, and the span names the reason only", async () => {
  const received: string[] = [];
  const collector = createHttpServer((request, response) => {
    request.on("data", (data: Buffer) => received.push(data.toString("latin1"))).on("end", () => response.end());
  });
  await once(collector.listen(0, "127.0.0.1"), "listening");
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  await using child = startChild(
    `
      import { Problem, withTrace } from "../src/index.ts";
      const work = () => Promise.reject(new Error("GET https://host.example/secret failed"));
      await withTrace({}, "handle", work).catch((error) => process.stdout.write(error.message));
    `,
    { OTEL_SERVICE_NAME: "prober", OTEL_EXPORTER_OTLP_ENDPOINT: endpoint },
    DOOR,
  );
  expect(await child.ended).toBe(0);
  expect(child.stdout()).toContain("secret failed");
  collector.close();
  const sent = received.join("");
  expect(sent).toContain("handle");
  expect(sent).toContain("INTERNAL");
  expect(sent).not.toContain("secret");
});

test("metrics are served to Prometheus on the port of the service, and the endpoint keeps no process alive", async () => {
  const port = await freePort();
  await using child = startChild(
    `
      import { counter, createLog, gauge, Health, histogram } from "../src/index.ts";
      counter("ntd_notices_sent", "Notices")({ environment: "DEMO" }, 2);
      histogram("ntd_fetch_seconds", "Fetches", "s", [1, 2])(1.5);
      const gone = gauge("ntd_gone", "Gone", () => [[1, {}]]);
      using open = gauge("ntd_open", "Open", () => [[7, { state: "issued" }]]);
      gone[Symbol.dispose]();
      const health = new Health(createLog("x", "silent"));
      health.degrade("stream_full");
      health.degrade("old_cause");
      health.degrade("old_cause", false);
      const answer = await fetch("http://127.0.0.1:${port}/metrics", { headers: { connection: "close" } });
      process.stdout.write(await answer.text());
    `,
    { OTEL_SERVICE_NAME: "icse-link", ICSE_LINK_METRICS_PORT: String(port) },
    DOOR,
  );
  expect(await child.ended, child.stderr()).toBe(0);
  const text = child
    .stdout()
    .replaceAll(/otel_scope_name="[^"]*",|,?otel_scope_name="[^"]*"/g, "")
    .replaceAll("{}", "");
  expect(text).toContain('ntd_notices_sent_total{environment="DEMO"} 2');
  expect(text).toContain('ntd_fetch_seconds_bucket{le="2"} 1');
  expect(text).toContain('ntd_open{state="issued"} 7');
  expect(text).toContain('ntd_degraded{cause="stream_full"} 1');
  expect(text).toContain('ntd_degraded{cause="old_cause"} 0');
  expect(text).toContain("ntd_serving 0");
  expect(text).not.toContain("ntd_gone");
});

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
