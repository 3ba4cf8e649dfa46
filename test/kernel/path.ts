import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nouns } from "@ntd/bus";
import { hashPicture } from "@ntd/imagehash";
import { generatePicture, reencode } from "@ntd/imagehash/generated";
import type { Verdict } from "@ntd/proto/casework/v1/case";
import { CaseServiceService, type DecideCaseRequest } from "@ntd/proto/casework/v1/case_service";
import { HashListServiceService, type UploadReleaseRequest } from "@ntd/proto/hashlists/v1/hash_list_service";
import { ReportServiceService } from "@ntd/proto/intake/v1/report_service";
import { ProviderServiceService } from "@ntd/proto/takedown/v1/provider_service";
import type { RpcClient } from "@ntd/rpc";
import { startProvider, type DemoProvider } from "@ntd/scripts/demo-provider";
import { makeProvider, setMembers, type TestBed } from "@ntd/testing";
import { callsTo, type Call } from "./calls.ts";
import { startTestPlatform, type TestPlatform, type TestPlatformOptions } from "../platform.ts";

/** A platform that runs somewhere, with one provider: where reports can be made and followed. */
export interface Site {
  readonly platform: {
    readonly machine: Pick<TestBed, "dir" | "identity" | "bus" | "published">;
    readonly endpoints: TestPlatform["endpoints"];
  };
  readonly provider: DemoProvider;
  readonly call: Call;
}

/** The platform as processes with one provider and its agent: what the crash kernel kills. */
export interface Ground extends Site, AsyncDisposable {
  readonly platform: TestPlatform;
}

/** Everything that one report led to, without ids and times: equal for every report of a listed picture. */
export interface EndState {
  target: { state: string; episode: number; interval: boolean };
  case: { state: string; verdict: string; reports: number; hits: number };
  notices: { state: string; outcomes: string[]; gone: boolean }[];
  report: string;
}

export interface GroundOptions extends Omit<TestPlatformOptions, "settings"> {
  settings?: { casework?: Record<string, string>; hashlists?: Record<string, string> };
  /** Of the prober, in place of the kernel's haste. */
  pace?: Record<string, string>;
}

/** A domain that leads to the provider's host and is nobody's that is known. */
export const NOBODY = "nobody.example";

export async function startGround({ pace, settings, ...options }: GroundOptions): Promise<Ground> {
  await using stack = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), "ntd-kernel-"));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  const hostsFile = join(dir, "hosts");
  await writeFile(hostsFile, `127.0.0.2 pictures.alpha.example\n127.0.0.2 pictures.${NOBODY}\n`);
  const loopback = { HOSTS_FILE: hostsFile, ALLOW_NETWORKS: "127.0.0.0/8", ALLOW_PORTS: "1-65535" };
  // Short leases, so that what a killed prober held is taken up again soon.
  const haste = {
    SLOT_MS: "300",
    SLOTS_REQUIRED: "2",
    FETCH_TIMEOUT_MS: "500",
    FINGERPRINT_TIMEOUT_MS: "1000",
    LEASE_MS: "2500",
    ...pace,
  };
  // What a person decides is held back for a moment: a place to die in.
  const casework = { HOLD_BACK_MS: "300" };
  const platform = stack.use(
    await startTestPlatform({
      dir,
      settings: {
        prober: { ...loopback, ...haste },
        casework: { ...casework, ...settings?.casework },
        hashlists: settings?.hashlists ?? {},
      },
      ...options,
    }),
  );
  await platform.serving();
  const provider = stack.use(await startProvider(platform, "alpha", "127.0.0.2", options.shared));
  provider.agent.start();
  const site = await siteOf(platform, provider);
  const running = stack.move();
  return { ...site, platform, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}

/** A platform that serves, once two operators have made the provider known there. */
export async function siteOf(platform: Site["platform"], provider: DemoProvider): Promise<Site> {
  const site: Site = { platform, provider, call: callsTo(platform) };
  const as = <T>(name: string, ask: (client: RpcClient<typeof ProviderServiceService>) => Promise<T>) =>
    site.call(ProviderServiceService, "takedown", "operator", name, ask);
  await makeProvider(
    {
      first: { putProvider: (request) => as("admin", (client) => client.putProvider(request)) },
      second: { approveProviderChange: (request) => as("second", (client) => client.approveProviderChange(request)) },
    },
    { providerId: "alpha", domains: ["alpha.example"], roles: ["PROVIDER_ROLE_HOST"], identities: ["alpha"] },
  );
  return site;
}

/** Lists a picture in a set of its own, reports a re-encoded copy of it, and waits for nothing. Returns the report's name. */
export async function beginPath(ground: Ground, seed: number): Promise<string> {
  const picture = await generatePicture(seed);
  await listPicture(ground, seed, picture);
  return report(ground, ground.provider.publish(`kernel-${seed}.jpg`, await reencode(picture, { quality: 60 })));
}

/** Reports an address as the public does. Returns the report's name. */
export async function report(ground: Site, url: string): Promise<string> {
  const requestId = randomUUID();
  const { name } = await ground.call(ReportServiceService, "intake", "reporter", "public", (client) =>
    client.submitReport({
      requestId,
      channel: "CHANNEL_PUBLIC",
      targets: [{ url, observedTime: undefined, mediaType: "MEDIA_TYPE_IMAGE", fingerprints: [] }],
      description: "",
      threat: undefined,
      language: "en",
    }),
  );
  return name;
}

/** An assessor claims the case and decides it; each call is repeated until it is answered. */
export async function decide(
  ground: Ground,
  caseId: string,
  decision: Verdict,
  person: string,
  of: Pick<DecideCaseRequest, "embedded"> = {},
): Promise<void> {
  const [first, second] = [randomUUID(), randomUUID()];
  const as = <T>(ask: (casework: RpcClient<typeof CaseServiceService>) => Promise<T>) =>
    ground.call(CaseServiceService, "casework", "assessor", person, ask);
  const { case: claimed } = await as((casework) => casework.claimCase({ requestId: first, caseId }));
  await as((casework) =>
    casework.decideCase({
      requestId: second,
      caseId,
      expectedVersion: claimed?.case?.evidenceRevision ?? 0,
      decision,
      classifications: [],
      basis: "act s.1",
      reason: "seen",
      despiteGone: false,
      inDoubt: false,
      ...of,
    }),
  );
}

async function listPicture(ground: Site, seed: number, picture: Uint8Array): Promise<void> {
  await listPictures(ground, `set-${seed}`, [picture]);
}

/** Lists pictures in a new set: uploaded by one person, approved and activated by another. */
export async function listPictures(ground: Site, setId: string, pictures: readonly Uint8Array[]): Promise<void> {
  const rows = await Promise.all(pictures.map(rowOf));
  const csv = ["algorithm,value,quality,scheme,code,votes,source_id", ...rows, ""].join("\n");
  const ids = [randomUUID(), randomUUID(), randomUUID(), randomUUID()] as const;
  const as = <T>(person: string, ask: (client: RpcClient<typeof HashListServiceService>) => Promise<T>) =>
    ground.call(HashListServiceService, "hashlists", "maintainer", person, ask);
  const policy = {
    owner: "kernel",
    role: "SET_ROLE_POSITIVE" as const,
    autoIssue: true,
    minVotes: 2,
    thresholds: undefined,
  };
  await as("amina", (client) =>
    client.createSet({ requestId: ids[0], setId, policy, members: setMembers("amina", "budi") }),
  );
  const { release } = await as("amina", (client) => client.uploadRelease(upload(ids[1], setId, csv)));
  const releaseId = release?.releaseId ?? "";
  await as("budi", (client) => client.approveRelease({ requestId: ids[2], releaseId }));
  await as("budi", (client) => client.activateRelease({ requestId: ids[3], releaseId }));
}

async function rowOf(picture: Uint8Array, n: number): Promise<string> {
  const hashed = await hashPicture(picture);
  if (!hashed.ok) throw new Error(`picture ${n} cannot be hashed`);
  return `pdq,${Buffer.from(hashed.pdq.forms.original).toString("hex")},${hashed.pdq.quality},national,csam,3,s${n}`;
}

async function* upload(requestId: string, setId: string, csv: string): AsyncIterable<UploadReleaseRequest> {
  yield { part: { $case: "header", value: { requestId, setId } } };
  yield { part: { $case: "chunk", value: Buffer.from(csv) } };
  yield { part: { $case: "trailer", value: { byteCount: BigInt(csv.length) } } };
}

/** The end state of a report, or undefined while it is under way. */
export async function endState(ground: Ground, reportName: string): Promise<EndState | undefined> {
  const { machine: bed } = ground.platform;
  const targetId = (await bed.published(nouns.report)).find(({ data }) => `reports/${data.reportId}` === reportName)
    ?.data.targets[0]?.targetId;
  const target = (await bed.published(nouns.target)).filter(({ data }) => data.targetId === targetId).at(-1)?.data;
  const found = (await bed.published(nouns.case)).filter(({ data }) => data.targetId === targetId).at(-1)?.data;
  const notices = new Map((await bed.published(nouns.notice)).map(({ data }) => [data.noticeId, data]));
  const own = [...notices.values()].filter((notice) => notice.targets.some((t) => t.targetId === targetId));
  if (target?.state !== "TARGET_STATE_GONE" || own.some((n) => n.state !== "NOTICE_STATE_CLOSED") || own.length === 0)
    return undefined;
  const { status } = await ground.call(ReportServiceService, "intake", "reporter", "public", (client) =>
    client.getReport({ name: reportName }),
  );
  if (status !== "REPORT_STATUS_CLOSED") return undefined;
  return {
    target: {
      state: target.state,
      episode: target.episode,
      interval: (target.lastSeenTime ?? 0) < (target.goneTime ?? 0),
    },
    case: {
      state: found?.state ?? "",
      verdict: found?.decision?.verdict ?? "",
      reports: found?.reportCount ?? 0,
      hits: found?.hits.length ?? 0,
    },
    notices: own.map((n) => ({
      state: n.state,
      outcomes: n.targets.flatMap((t) => t.answers.map((a) => a.outcome)),
      gone: n.targets.every((t) => t.goneTime !== undefined),
    })),
    report: status,
  };
}
