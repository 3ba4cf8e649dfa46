import { JetStreamApiError } from "@nats-io/jetstream";
import { Problem } from "@ntd/service";
import { expect, test } from "vitest";
import type { Bus } from "../connection.ts";
import { sendProblem } from "./send.ts";

const answered = (code: number, description: string) =>
  new JetStreamApiError({ code: 503, err_code: code, description });
const noSpace = "write 1.blk: no space left on device";
const timeout = new Error("timeout");

/** A bus whose stream answers the question whether it is well with this. */
function busWhere(purge: () => Promise<unknown>): Bus {
  return { name: "intake", manager: { streams: { purge } } } as unknown as Bus;
}
const well = busWhere(async () => ({ purged: 0 }));
const broken = busWhere(() => Promise.reject(answered(10_051, noSpace)));
const away = busWhere(() => Promise.reject(timeout));
const missing = busWhere(() => Promise.reject(answered(10_059, "stream not found")));
const off = busWhere(() => Promise.reject(Object.assign(new Error("off"), { name: "JetStreamNotEnabled" })));

test.each([
  ["STREAM_FULL", well, answered(10_023, "insufficient resources")],
  ["STREAM_FULL", well, answered(10_002, "resource limits exceeded for account")],
  ["STREAM_FULL", well, answered(10_028, "insufficient memory resources available")],
  ["STREAM_FULL", well, answered(10_047, "insufficient storage resources available")],
  ["STREAM_FULL", well, answered(10_122, "stream max bytes exceeds account limit max stream bytes")],
  ["STREAM_FULL", well, answered(10_077, "maximum bytes exceeded")],
  ["STREAM_FULL", well, answered(10_077, "maximum messages per subject exceeded")],
  ["BUS_BROKEN", well, answered(10_077, noSpace)],
  ["TOO_LARGE", well, answered(10_054, "message size exceeds maximum allowed")],
  ["BUS_UNAVAILABLE", well, timeout],
  ["BUS_BROKEN", broken, timeout],
  ["BUS_BROKEN", off, timeout],
  ["BUS_UNAVAILABLE", away, timeout],
  ["BUS_UNAVAILABLE", missing, timeout],
  ["INTERNAL", broken, new Problem("NOT_FOUND")],
])("%s", async (reason, bus, cause) => {
  expect(await sendProblem(bus, cause)).toMatchObject({ reason, cause });
});
