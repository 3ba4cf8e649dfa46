import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "@ntd/embedded";
import { HashListServiceService, type SetMemberRole } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { RpcClient } from "@ntd/rpc";
import { runNtd } from "@ntd/scripts/program";
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

/** An exchange that plays NCMEC, hashlists with a set for what it shares, and connectors, on one clock; and who types. */
export async function startPartnerGround() {
  await using stack = new AsyncDisposableStack();
  const bed = stack.use(await startTestBed());
  const clock = new MovableClock();
  const server = stack.use(await startNcmecServer(await bed.identity("service", "ncmec")));
  const file = (name: string) => join(bed.dir, name);
  await nameConnector(bed, server, clock.now());
  const ports = { hashlists: await freePort(), exchange: await freePort() };
  const address = (name: ServiceName | "browser") => `localhost:${ports[name as keyof typeof ports]}`;
  const endpoints = { hashlists: address("hashlists"), exchange: `localhost:${ports.exchange}` };
  await writeFile(file("endpoints.json"), JSON.stringify(endpoints));
  const environment = await bed.environment("hashlists", { LISTEN: `127.0.0.1:${ports.hashlists}` });
  stack.use(await starts.hashlists(environment, clock));
  const client = clientsOf(stack, bed, address);
  const as = async (name: string) => client(HashListServiceService, "hashlists", "maintainer", name);
  const amina = await as("amina");
  await createNcmecSet(amina);
  const releases = async () => (await amina.listReleases({ setId: "ncmec", pageSize: 10, pageToken: "" })).releases;
  const running = stack.move();
  return {
    bed,
    clock,
    server,
    endpoints,
    as,
    /** Begins to pull. */
    connect: async () =>
      void running.use(
        await startConnectors(
          bed,
          `127.0.0.1:${ports.exchange}`,
          { connectorsFile: file("connectors.yaml"), hashlistsAddress: endpoints.hashlists },
          clock,
        ),
      ),
    share: (...numbers: number[]) =>
      void server.entries.push(
        ...numbers.map((n) => ({ id: `i${n}`, time: clock.now(), fingerprints: `<md5>${hash(n)}</md5>` })),
      ),
    /** The newest of so many releases, once it waits for a person. */
    waiting: (count: number) =>
      eventually(`release ${count} waits`, async () => {
        const [newest, ...others] = await releases();
        return others.length === count - 1 && newest?.state === "RELEASE_STATE_VALIDATED" && newest;
      }),
    putInForce: async (releaseId: string) => {
      const budi = await as("budi");
      await budi.approveRelease({ requestId: randomUUID(), releaseId });
      await budi.activateRelease({ requestId: randomUUID(), releaseId });
    },
    ntd: typing(bed),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

export type PartnerGround = Awaited<ReturnType<typeof startPartnerGround>>;

/** What an operator types, and reads. */
function typing(bed: TestBed): (...typed: string[]) => Promise<string> {
  return async (...typed) => {
    let said = "";
    const say = (text: string) => void (said += text);
    const endpoints = join(bed.dir, "endpoints.json");
    const who = ["--identity", await bed.identity("operator", "olga"), "--endpoints", endpoints];
    await runNtd([...who, ...typed], { out: say, err: say, environment: { NTD_TIME_ZONE: "UTC" } });
    return said;
  };
}

async function nameConnector({ dir }: TestBed, server: NcmecServer, now: Date): Promise<void> {
  const files = { user_file: join(dir, "user"), password_file: join(dir, "word"), ca_file: server.caFile };
  await writeFile(files.user_file, SHARING_USER);
  await writeFile(files.password_file, server.password);
  const start = now.toISOString().slice(0, 10);
  const npo = { kind: "ncmec", url: server.url, set: "ncmec", every_minutes: 60, start, ...files };
  await writeFile(join(dir, "connectors.yaml"), JSON.stringify({ connectors: { npo } }));
}

async function createNcmecSet(owner: RpcClient<typeof HashListServiceService>): Promise<void> {
  const member = (person: string, role: SetMemberRole) => ({ person, organisation: "x", roles: [role] });
  const policy = { owner: "hotline", role: "SET_ROLE_POSITIVE", autoIssue: false, minVotes: 0 } as const;
  await owner.createSet({
    requestId: randomUUID(),
    setId: "ncmec",
    policy: { ...policy, thresholds: undefined },
    members: [
      ...setMembers("amina", "budi"),
      member("maintainer/carol", "SET_MEMBER_ROLE_APPROVER"),
      member("service/exchange", "SET_MEMBER_ROLE_CONTRIBUTOR"),
    ],
  });
}
