import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "@ntd/embedded";
import type { Fingerprint } from "@ntd/proto/common/v1/common";
import { HashListServiceService, type ReleaseInfo } from "@ntd/proto/hashlists/v1/hash_list_service";
import { MatchServiceService } from "@ntd/proto/matching/v1/match_service";
import type { RpcClient } from "@ntd/rpc";
import { MovableClock } from "@ntd/service";
import {
  eventually,
  setMembers,
  SHARING_USER,
  startNcmecServer,
  startTestBed,
  type NcmecServer,
  type TestBed,
} from "@ntd/testing";
import { clientsOf } from "./clients.ts";
import { startConnectors, starts, type ServiceName } from "./services.ts";

export const MINUTE = 60_000;
const hash = (n: number) => n.toString(16).padStart(31, "0").concat("a");
export const md5 = (n: number): Fingerprint => ({
  algorithm: "ALGORITHM_MD5",
  value: Buffer.from(hash(n), "hex"),
  quality: 0,
});

/** An exchange as NCMEC's, a set that its connector may upload to, and who searches what is in force. */
export async function startExchangeStage() {
  await using stack = new AsyncDisposableStack();
  const bed = stack.use(await startTestBed());
  const clock = new MovableClock();
  const server = stack.use(await startNcmecServer(await bed.identity("service", "ncmec")));
  const ports = { hashlists: await freePort(), matching: await freePort() };
  const exchangePort = await freePort();
  const address = (name: ServiceName | "browser") => `localhost:${ports[name as keyof typeof ports]}`;
  for (const name of ["hashlists", "matching"] as const) {
    const environment = await bed.environment(name, { LISTEN: `127.0.0.1:${ports[name]}` });
    stack.use(await starts[name]({ ...environment, NTD_HASHLISTS_ADDRESS: address("hashlists") }, clock));
  }
  const client = clientsOf(stack, bed, address);
  const lists = (name: string) => client(HashListServiceService, "hashlists", "maintainer", name);
  const persons = { amina: await lists("amina"), budi: await lists("budi"), ann: await lists("ann") };
  await createSet(persons.amina);
  const matching = await client(MatchServiceService, "matching", "service", "casework");
  const held = stack.move();
  return {
    bed,
    clock,
    server,
    ...persons,
    exchange: `localhost:${exchangePort}`,
    share: (n: number, isGone = false) =>
      void server.entries.push({ id: `i${n}`, time: clock.now(), isGone, fingerprints: `<md5>${hash(n)}</md5>` }),
    found: async (n: number) => (await matching.lookup({ fingerprints: [md5(n)] })).hits.length > 0,
    /** From now on it is pulled once an hour. */
    connected: async () => {
      const connectorsFile = await connectorTo(bed, server, clock.now());
      const from = { connectorsFile, hashlistsAddress: address("hashlists") };
      held.use(await startConnectors(bed, `127.0.0.1:${exchangePort}`, from, clock));
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

type Lists = RpcClient<typeof HashListServiceService>;
export type ExchangeStage = Awaited<ReturnType<typeof startExchangeStage>>;
const newest = { setId: "ncmec", pageSize: 10, pageToken: "" };

async function createSet(amina: Lists): Promise<void> {
  const contributor = ["SET_MEMBER_ROLE_CONTRIBUTOR" as const];
  const machine = { person: "service/exchange", organisation: "NCMEC", roles: contributor };
  const policy = { owner: "hotline", role: "SET_ROLE_POSITIVE" as const, autoIssue: false, minVotes: 0 };
  await amina.createSet({
    requestId: randomUUID(),
    setId: newest.setId,
    policy: { ...policy, thresholds: undefined },
    members: [...setMembers("amina", "budi", "ann"), machine],
  });
}

async function connectorTo({ dir }: TestBed, { url, caFile, password }: NcmecServer, since: Date): Promise<string> {
  const files = { connectors: join(dir, "connectors.yaml"), user: join(dir, "user"), word: join(dir, "word") };
  await writeFile(files.user, SHARING_USER);
  await writeFile(files.word, password);
  const start = since.toISOString().slice(0, 10);
  const about = { kind: "ncmec", url, set: newest.setId, every_minutes: 60, start, ca_file: caFile };
  const connector = { ...about, user_file: files.user, password_file: files.word };
  await writeFile(files.connectors, JSON.stringify({ connectors: { npo: connector } }));
  return files.connectors;
}

export function isFound({ found }: ExchangeStage, n: number, expected: boolean): Promise<boolean> {
  const isSo = async () => (await found(n).catch(() => !expected)) === expected;
  return eventually(`${n} is ${expected ? "" : "not "}found`, isSo);
}

export async function releasesOf({ amina }: ExchangeStage): Promise<ReleaseInfo[]> {
  return (await amina.listReleases(newest)).releases;
}

/** So many releases are there, and the newest waits for a person. */
export function waiting(stage: ExchangeStage, count: number): Promise<ReleaseInfo> {
  return eventually(`release ${count} waits`, async () => {
    const releases = await releasesOf(stage);
    return releases.length === count && releases[0]?.state === "RELEASE_STATE_VALIDATED" && releases[0];
  });
}

export async function putInForce({ budi }: ExchangeStage, releaseId: string): Promise<void> {
  await budi.approveRelease({ requestId: randomUUID(), releaseId });
  await budi.activateRelease({ requestId: randomUUID(), releaseId });
}
