import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { connect, PermissionViolationError, type NatsConnection } from "@nats-io/transport-node";
import type { IdentityName } from "@ntd/embedded";
import { durablesOf, producers, streamOf } from "@ntd/bus";
import { startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let bed: TestBed;
beforeAll(async () => {
  bed = await startTestBed();
});
afterAll(() => bed[Symbol.asyncDispose]());

describe.each(producers)("with the certificate of %s", (own) => {
  test("nothing is written to a foreign stream, and no stream or reader is taken away", async () => {
    const before = await everything();
    await using bus = await connectedAs("service", own);
    for (const other of producers) {
      const stream = streamOf(other);
      if (other !== own) {
        expect([other, await publishes(bus, `${other}.anything.made`)]).toEqual([other, false]);
        expect([other, await publishes(bus, `$JS.API.STREAM.PURGE.${stream}`)]).toEqual([other, false]);
      }
      expect([other, await publishes(bus, `$JS.API.STREAM.DELETE.${stream}`)]).toEqual([other, false]);
      expect([other, await publishes(bus, `$JS.API.STREAM.UPDATE.${stream}`)]).toEqual([other, false]);
      for (const durable of durablesOf(other)) {
        const api = `$JS.API.CONSUMER.DELETE.${durable.stream}.${durable.name}`;
        expect([api, await publishes(bus, api)]).toEqual([api, false]);
        const next = `$JS.API.CONSUMER.MSG.NEXT.${durable.stream}.${durable.name}`;
        if (other !== own) expect([next, await publishes(bus, next)]).toEqual([next, false]);
      }
    }
    expect(await publishes(bus, "$SYS.REQ.SERVER.PING")).toBe(false);
    // What is its own is taken: the server refuses by name, not altogether.
    expect(await publishes(bus, `$JS.API.STREAM.INFO.${streamOf(own)}`)).toBe(true);
    expect(await everything()).toEqual(before);
  });

  test("nobody's answers are read, and no foreign facts beside those of its row", async () => {
    await using bus = await connectedAs("service", own);
    for (const subject of [">", "_INBOX.>", "_INBOX_*.>", "dead.>", "$JS.>", "$SYS.>"])
      expect([subject, await subscribes(bus, subject)]).toEqual([subject, false]);
    expect(await subscribes(bus, `_INBOX_${own}.x`)).toBe(true);
  });
});

test.each(["isp", "industry", "partner", "maintainer", "regulator", "assessor", "police", "reporter"] as const)(
  "%s has no business on the bus: the connection is refused",
  async (kind) => {
    await expect(connectedAs(kind, "somebody")).rejects.toThrow(/authorization/i);
  },
);

interface Connected extends AsyncDisposable {
  readonly connection: NatsConnection;
  /** What the server refused so far. */
  readonly refused: readonly Error[];
}

async function connectedAs(kind: IdentityName["kind"], name: string): Promise<Connected> {
  const dir = await bed.identity(kind, name);
  const tls = { certFile: join(dir, "cert.pem"), keyFile: join(dir, "key.pem"), caFile: join(dir, "ca.pem") };
  const connection = await connect({ servers: bed.nats.url, tls, inboxPrefix: `_INBOX_${name}`, reconnect: false });
  const refused: Error[] = [];
  void (async () => {
    for await (const status of connection.status())
      if (status.type === "error" && status.error instanceof PermissionViolationError) refused.push(status.error);
  })();
  return { connection, refused, [Symbol.asyncDispose]: () => connection.close() };
}

/** Whether the server takes it. */
async function publishes({ connection, refused }: Connected, subject: string): Promise<boolean> {
  const before = refused.length;
  connection.publish(subject, "{}");
  return settled(connection, () => refused.length === before);
}

async function subscribes({ connection, refused }: Connected, subject: string): Promise<boolean> {
  const before = refused.length;
  const subscription = connection.subscribe(subject, { callback: () => undefined });
  const isTaken = await settled(connection, () => refused.length === before);
  subscription.unsubscribe();
  return isTaken;
}

// A refusal comes before the answer to what was sent behind it.
async function settled(connection: NatsConnection, isTaken: () => boolean): Promise<boolean> {
  await connection.flush();
  await setImmediate();
  return isTaken();
}

/** Streams with what they hold, and the readers of each. */
async function everything(): Promise<unknown[]> {
  const { manager } = bed.bus;
  const streams = await Array.fromAsync(manager.streams.list());
  return Promise.all(
    streams.map(async ({ config, state }) => ({
      name: config.name,
      messages: state.messages,
      readers: (await Array.fromAsync(manager.consumers.list(config.name))).map(({ name }) => name).toSorted(),
    })),
  );
}
