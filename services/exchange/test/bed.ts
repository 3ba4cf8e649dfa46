import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FeedbackServiceService } from "@ntd/proto/exchange/v1/feedback_service";
import { ExchangeServiceService, type Connector } from "@ntd/proto/exchange/v1/exchange_service";
import { connect, type RpcClient } from "@ntd/rpc";
import type { MovableClock } from "@ntd/service";
import { eventually, SHARING_USER, startNcmecServer, startTestBed, type NcmecServer, type TestBed } from "@ntd/testing";
import { expect } from "vitest";
import { readExchangeConfig } from "../src/config.ts";
import { start } from "../src/service.ts";
import { aHashlists } from "./a-hashlists.ts";

export const NOW = new Date("2026-03-01T12:00:00Z");
export const MINUTE = 60_000;
export const md5 = (n: number) => `<md5>${n.toString(16).padStart(31, "0")}a</md5>`;

/** An exchange and hashlists, played here, and what lies between: files, settings, and the service on a moved clock. */
export async function openExchangeBed() {
  await using stack = new AsyncDisposableStack();
  const bed = stack.use(await startTestBed());
  const hashlists = stack.use(await aHashlists(bed));
  const server = stack.use(await startNcmecServer(await bed.identity("service", "ncmec")));
  const files = { user: join(bed.dir, "user"), password: join(bed.dir, "password") };
  await writeFile(files.user, `${SHARING_USER}\n`, { mode: 0o600 });
  await writeFile(files.password, "secret\n", { mode: 0o600 });
  const connectorsFile = join(bed.dir, "connectors.yaml");
  const environment = await bed.environment("exchange", {
    ALLOW_NETWORKS: "127.0.0.0/8",
    ALLOW_PORTS: "1024-65535",
    CONNECTORS_FILE: connectorsFile,
    HOSTS_FILE: await hostsIn(bed.dir),
  });
  environment["NTD_HASHLISTS_ADDRESS"] = hashlists.address;
  const running = stack.move();
  const given = (more: object = {}) => ({
    kind: "ncmec",
    url: server.url,
    set: "ncmec",
    every_minutes: 60,
    start: "2026-02-01",
    user_file: files.user,
    password_file: files.password,
    ca_file: server.caFile,
    ...more,
  });
  return {
    bed,
    hashlists,
    server,
    files,
    environment,
    /** Names one connector, and says what of it is other than usual. */
    async name(name: string, more: object = {}) {
      await writeFile(connectorsFile, JSON.stringify({ connectors: { [name]: given(more) } }));
    },
    /** Names several, each with what of it is other than usual; none: nobody. */
    async nameAll(connectors: Readonly<Record<string, object>>) {
      const all = Object.entries(connectors).map(([name, more]) => [name, given(more)] as const);
      await writeFile(connectorsFile, JSON.stringify({ connectors: Object.fromEntries(all) }));
    },
    /** Names one connector, of any kind. */
    async nameAs(name: string, connector: object) {
      await writeFile(connectorsFile, JSON.stringify({ connectors: { [name]: connector } }));
    },
    started: (clock: MovableClock, more: Record<string, string> = {}) =>
      started(bed, { ...environment, ...more }, clock),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

export type ExchangeBed = Awaited<ReturnType<typeof openExchangeBed>>;

async function hostsIn(dir: string): Promise<string> {
  const file = join(dir, "hosts");
  await writeFile(file, "127.0.0.1 localhost\n10.0.0.1 within.example\n");
  return file;
}

async function started(bed: TestBed, environment: Record<string, string>, clock: MovableClock) {
  await using stack = new AsyncDisposableStack();
  const { address } = stack.use(await start(readExchangeConfig(environment), { clock }));
  const identityDir = await bed.identity("operator", "olga");
  const client = stack.use(connect(ExchangeServiceService, { address, identityDir }));
  const speakers = new Map<string, RpcClient<typeof FeedbackServiceService>>();
  for (const name of ["maria", "omar", "rhea", "zoe"]) {
    const is = { address, identityDir: await bed.identity("maintainer", name) };
    speakers.set(name, stack.use(connect(FeedbackServiceService, is)));
  }
  const held = stack.move();
  const connector = async (): Promise<Connector> => {
    const { connectors } = await client.listConnectors({});
    return connectors[0] ?? Promise.reject(new Error("no connector"));
  };
  return {
    address,
    client,
    connector,
    /** Feedback, as this maintainer. */
    as: (name: string) => speakers.get(name) ?? expect.fail(name),
    /** Of the first that the file names. */
    until: (what: string, is: (connector: Connector) => boolean) =>
      eventually(what, async () => {
        const now = await connector();
        return is(now) && now;
      }),
    /** Of any, also of those that the file names no more. */
    untilOne: (what: string, is: (connector: Connector) => boolean) =>
      eventually(what, async () => (await client.listConnectors({})).connectors.find(is)),
    pull: (name: string) => client.pullConnector({ requestId: randomUUID(), name, all: false }),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

export function shareEntries(server: NcmecServer, count: number, time: Date): void {
  const from = server.entries.length;
  for (let n = from; n < from + count; n++) server.entries.push({ id: `i${n}`, time, fingerprints: md5(n) });
}
