import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { createLog } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connectBus, type Bus } from "../src/index.ts";

let bed: TestBed;
let held: AsyncDisposableStack;
let lines: Record<string, unknown>[];
beforeEach(async () => {
  held = new AsyncDisposableStack();
  bed = held.use(await startTestBed());
  lines = [];
});
afterEach(() => held.disposeAsync());

const log = createLog("test", "info", {
  write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>),
});

/** Connects for ever; closed with the test, if it ever is a connection. */
async function connecting(natsUrl: string, identityDir: string): Promise<{ bus: Promise<Bus> }> {
  const bus = connectBus({ name: "casework", natsUrl, identityDir, log });
  void bus.then((one) => held.use(one));
  return { bus };
}

async function said(reason: string, sentence: RegExp): Promise<void> {
  await eventually(`the log says ${reason}`, () => lines.length > 0, 10_000);
  expect(lines[0]).toMatchObject({ reason, why: expect.stringMatching(sentence) as string, level: expect.anything() });
}

test("nothing listens there: said once, and once that the bus is there", async () => {
  const casework = await bed.identity("service", "casework");
  await bed.nats.kill("SIGTERM");
  const { bus } = await connecting(bed.nats.url, casework);
  await said("port", /^Nothing listens at 127\.0\.0\.1:\d+ \(ECONNREFUSED\)\./);
  await bed.nats.restart();
  await bus;
  expect(lines.map(({ msg }) => msg)).toEqual([
    "the bus is out of reach; it is tried again",
    "the bus is within reach again",
  ]);
}, 30_000);

test("a bus that goes away later is named too, and its return", async () => {
  await (
    await connecting(bed.nats.url, await bed.identity("service", "casework"))
  ).bus;
  await bed.nats.kill("SIGTERM");
  await said("port", /^Nothing listens/);
  await bed.nats.restart();
  await eventually("back", () => lines.length === 2, 10_000);
}, 30_000);

test("something else listens there", async () => {
  const server: Server = createServer((socket) => socket.end("SSH-2.0-other\r\n"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  held.defer(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  void connecting(`tls://127.0.0.1:${port}`, await bed.identity("service", "casework"));
  await said("protocol", /is no nats-server of the platform\. Mend the port\.$/);
}, 30_000);

test("the bus does not know this identity", async () => {
  void connecting(bed.nats.url, await bed.identity("isp", "alpha"));
  await said("denied", /does not know isp\/alpha/);
}, 30_000);

test("authorities that differ are told apart: theirs that we do not know, ours that they do not", async () => {
  await using other = await startTestBed();
  const stranger = await other.identity("service", "casework");
  void connecting(bed.nats.url, stranger);
  await said("authority", /service\/nats at .* issued by an authority .* not in our ca\.pem/);
}, 30_000);
