import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { hashPicture } from "@ntd/imagehash";
import { generatePicture, reencode } from "@ntd/imagehash/generated";
import { HashListServiceService, type UploadReleaseRequest } from "@ntd/proto/hashlists/v1/hash_list_service";
import { ReportServiceService } from "@ntd/proto/intake/v1/report_service";
import { ProviderServiceService } from "@ntd/proto/takedown/v1/provider_service";
import { connect, type RpcClient } from "@ntd/rpc";
import { managed } from "@ntd/scripts/process";
import { eventually, makeProvider, setMembers } from "@ntd/testing";
import { startHosts, type Hosts } from "./pipeline-host.ts";
import { startTestPlatform, type TestPlatform } from "../platform.ts";

/** Sets, each with one listed picture: the brake on automatic decisions counts by set. */
export const SETS = 20;
export const HOSTS = 400;

const QUOTAS = `reports_per_minute: { public: 1000000 }
kinds: { reporter: { calls_per_second: 100000, burst: 100000 } }
`;

/** The platform as its processes, providers with their agents, web hosts, a reporter. */
export interface PipelineStage extends AsyncDisposable {
  readonly platform: TestPlatform;
  readonly hosts: Hosts;
  readonly reporter: RpcClient<typeof ReportServiceService>;
  /** Copies of the listed pictures, re-encoded: known by perceptual fingerprint alone. */
  readonly pictures: readonly Uint8Array[];
}

interface Parts {
  /** Of providers; each has a domain. */
  providers: number;
  /** Of listed pictures, each in a set of its own. */
  sets?: number;
  /** Each provider has an agent, whose handler does nothing and says "removed". */
  agents?: boolean;
}

/** @param dir a folder for its data, which stays when it stops. */
export async function startPipeline(
  dir: string,
  { providers, sets = SETS, agents = true }: Parts,
): Promise<PipelineStage> {
  await using stack = new AsyncDisposableStack();
  const ids = Array.from({ length: providers }, (_, n) => `p${n}`);
  const hosts = stack.use(
    await startHosts(
      HOSTS,
      ids.map((id) => `${id}.example`),
    ),
  );
  const hostsFile = join(dir, "hosts");
  await writeFile(hostsFile, hosts.hostsFile);
  const prober = { HOSTS_FILE: hostsFile, ALLOW_NETWORKS: "127.0.0.0/8", ALLOW_PORTS: "1-65535" };
  // The default of 100 automatic decisions a minute and set would put most of these cases before a person.
  const casework = { AUTO_PER_MINUTE: "1000000" };
  // So would the default of 600 reports a minute of one sender, of which the rest waits.
  const intake = { NTD_QUOTAS_FILE: join(dir, "quotas.yaml") };
  await writeFile(intake.NTD_QUOTAS_FILE, QUOTAS);
  const platform = stack.use(await startTestPlatform({ dir, apply: {}, settings: { prober, casework, intake } }));
  await platform.serving();
  await registerProviders(platform, ids);
  const pictures = await listPictures(platform, sets);
  if (agents) for (const id of ids) stack.use(await startAgent(platform, id));
  const identityDir = await platform.machine.identity("reporter", "public");
  const reporter = stack.use(
    connect(ReportServiceService, { address: platform.endpoints["intake"] ?? "", identityDir }),
  );
  const running = stack.move();
  return { platform, hosts, reporter, pictures, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}

async function registerProviders(platform: TestPlatform, ids: readonly string[]): Promise<void> {
  const identityDir = await platform.machine.identity("operator", "admin");
  const address = platform.endpoints["takedown"] ?? "";
  await using first = connect(ProviderServiceService, { address, identityDir });
  const secondDir = await platform.machine.identity("operator", "second");
  await using second = connect(ProviderServiceService, { address, identityDir: secondDir });
  for (const providerId of ids) {
    const roles = ["PROVIDER_ROLE_HOST" as const];
    const domains = [`${providerId}.example`];
    await makeProvider({ first, second }, { providerId, domains, roles, identities: [providerId] });
  }
}

async function startAgent(platform: TestPlatform, id: string) {
  const dir = join(platform.machine.dir, `agent-${id}`);
  const environment = {
    NTD_ENVIRONMENT: "TEST",
    NTD_TAKEDOWN_ADDRESS: platform.endpoints["takedown"] ?? "",
    ISP_AGENT_IDENTITY_DIR: await platform.machine.identity("isp", id),
    ISP_AGENT_PROVIDER_ID: id,
    ISP_AGENT_STORE_URL: `file:${join(dir, "agent.sqlite")}`,
    ISP_AGENT_KEYS_FILE: join(dir, "keys.json"),
    ISP_AGENT_STATUS_FILE: join(dir, "status.json"),
    ISP_AGENT_HANDLER: JSON.stringify(["/bin/true"]),
  };
  const main = join(import.meta.dirname, "../../services/isp-agent/src/main.ts");
  const logFile = join(platform.machine.dir, "logs", `agent-${id}.log`);
  const agent = managed({ name: `agent ${id}`, main, environment, logFile });
  agent.start();
  return agent;
}

async function listPictures(platform: TestPlatform, sets: number): Promise<Uint8Array[]> {
  const person = async (name: string) =>
    connect(HashListServiceService, {
      address: platform.endpoints["hashlists"] ?? "",
      identityDir: await platform.machine.identity("maintainer", name),
    });
  await using amina = await person("amina");
  await using budi = await person("budi");
  const copies: Uint8Array[] = [];
  for (let seed = 1; seed <= sets; seed++) {
    const picture = await generatePicture(seed);
    const hashed = await hashPicture(picture);
    if (!hashed.ok) throw new Error(`picture ${seed} cannot be hashed: ${hashed.reason}`);
    copies.push(await reencode(picture, { quality: 60 }));
    const setId = `set-${seed}`;
    const policy = { owner: "bench", role: "SET_ROLE_POSITIVE", autoIssue: true, minVotes: 2 } as const;
    await amina.createSet({
      requestId: randomUUID(),
      setId,
      policy: { ...policy, thresholds: undefined },
      members: setMembers("amina", "budi"),
    });
    const value = Buffer.from(hashed.pdq.forms.original).toString("hex");
    const row = `pdq,${value},${hashed.pdq.quality},national,csam,3,s${seed}`;
    const { release } = await amina.uploadRelease(
      upload(setId, `algorithm,value,quality,scheme,code,votes,source_id\n${row}\n`),
    );
    const releaseId = release?.releaseId ?? "";
    await budi.approveRelease({ requestId: randomUUID(), releaseId });
    await budi.activateRelease({ requestId: randomUUID(), releaseId });
  }
  return copies;
}

async function* upload(setId: string, csv: string): AsyncGenerator<UploadReleaseRequest> {
  const bytes = Buffer.from(csv);
  yield { part: { $case: "header", value: { requestId: randomUUID(), setId } } };
  yield { part: { $case: "chunk", value: bytes } };
  yield { part: { $case: "trailer", value: { byteCount: BigInt(bytes.length) } } };
}

/** Until the answers, the looks after them and their events are through: nothing pending for any reader. */
export async function quietDown({ platform }: PipelineStage): Promise<void> {
  const { manager } = platform.machine.bus;
  await eventually(
    "every reader is through",
    async () => {
      for await (const stream of manager.streams.list()) {
        for await (const consumer of manager.consumers.list(stream.config.name)) {
          if (consumer.num_pending > 0 || consumer.num_ack_pending > 0) return false;
        }
      }
      return true;
    },
    120_000,
  );
  await delay(2000);
}
