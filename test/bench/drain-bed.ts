import { WITHDRAWS_NOTHING } from "@ntd/facts";
import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { nouns } from "@ntd/bus";
import type { Case } from "@ntd/proto/casework/v1/case";
import { Notice } from "@ntd/proto/takedown/v1/notice";
import { ProviderServiceService } from "@ntd/proto/takedown/v1/provider_service";
import { connect } from "@ntd/rpc";
import { sealAddress, sealerFromFile } from "@ntd/service";
import { freePort } from "@ntd/embedded";
import { eventually, makeProvider, startTestBed, type TestBed, unobservedCase } from "@ntd/testing";
import { usageByProgram, type Usage } from "./processes.ts";

type Step = "decided" | "issued" | "acknowledged" | "answered";

/** A takedown service and one provider's agent as processes, on a bus of their own. */
export interface DrainBed extends AsyncDisposable {
  readonly agent: Program;
  /** The path of the agent's store. */
  readonly agentStore: string;
  /** Publishes a case that is decided illegal. */
  decide(caseId: string): Promise<string>;
  /** Resolves once so many of the cases' notices came to that step, by default all. */
  reached(step: Step, caseIds: readonly string[], count?: number): Promise<void>;
  /** When, in ms, a case's notice came to that step. */
  times(caseId: string, step: Step): number;
  /** Of takedown, and of the agent with the process that starts its handlers. */
  used(): { takedown: Usage; agent: Usage };
}

interface Program {
  start(): void;
  kill(signal: NodeJS.Signals): Promise<void>;
}

const PROVIDER = "north";
const LONG_MS = 300_000;

export async function openDrainBed(): Promise<DrainBed> {
  await using stack = new AsyncDisposableStack();
  const bed = stack.use(await startTestBed({ apply: {} }));
  const environment = await bed.environment("takedown", { LISTEN: `127.0.0.1:${await freePort()}` });
  const address = (environment["TAKEDOWN_LISTEN"] ?? "").replace("127.0.0.1", "localhost");
  const takedown = program("takedown", environment);
  stack.defer(() => takedown.kill("SIGTERM"));
  takedown.start();
  const agentStore = join(bed.dir, "agent.sqlite");
  const agent = program("isp-agent", {
    NTD_ENVIRONMENT: "TEST",
    NTD_TAKEDOWN_ADDRESS: address,
    NTD_LOG_LEVEL: "warn",
    ISP_AGENT_IDENTITY_DIR: await bed.identity("isp", PROVIDER),
    ISP_AGENT_PROVIDER_ID: PROVIDER,
    ISP_AGENT_STORE_URL: `file:${agentStore}`,
    ISP_AGENT_KEYS_FILE: join(bed.dir, "agent-keys.json"),
    ISP_AGENT_STATUS_FILE: join(bed.dir, "agent-status.json"),
    ISP_AGENT_HANDLER: JSON.stringify(["/bin/true"]),
  });
  stack.defer(() => agent.kill("SIGTERM"));
  const operator = async (name: string) =>
    stack.use(connect(ProviderServiceService, { address, identityDir: await bed.identity("operator", name) }));
  const operators = { first: await operator("admin"), second: await operator("second") };
  await eventually("takedown serves", async () => {
    await makeProvider(operators, { providerId: PROVIDER, domains: ["north.example"], identities: [PROVIDER] });
    return true;
  });
  const { steps, stop } = followed(bed);
  stack.defer(stop);
  const sealer = sealerFromFile(environment["NTD_SEALING_KEYS_FILE"] ?? "");
  const running = stack.move();
  return {
    agent,
    agentStore,
    async decide(caseId) {
      const url = `https://pictures.north.example/${caseId}.png`;
      const address = sealAddress(sealer, { original: url, fetch: url, key: url }, new Date());
      steps.set(`${caseId} decided`, performance.now());
      await bed.publish(nouns.case, "decided", caseId, 1, { ...aCase(caseId), address });
      return caseId;
    },
    async reached(step, caseIds, count = caseIds.length) {
      const isThere = (id: string) => steps.has(`${id} ${step}`);
      await eventually(`${step} ${count}`, () => caseIds.filter(isThere).length >= count, LONG_MS);
    },
    times: (caseId, step) => steps.get(`${caseId} ${step}`) ?? Number.NaN,
    used,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** When each case's notice came to each step, in ms. */
function followed({ bus }: TestBed): { steps: Map<string, number>; stop: () => Promise<void> } {
  const steps = new Map<string, number>();
  const seen = bus.connection.subscribe("takedown.notice.>");
  const following = (async () => {
    for await (const { subject, data } of seen) {
      const key = `${Notice.decode(data).caseId} ${subject.split(".")[2]}`;
      if (!steps.has(key)) steps.set(key, performance.now());
    }
  })();
  return { steps, stop: async () => (seen.unsubscribe(), await following) };
}

function used(): ReturnType<DrainBed["used"]> {
  const programs = usageByProgram();
  const nothing = { processorMs: 0, memoryMb: 0 };
  return { takedown: programs.get("takedown") ?? nothing, agent: programs.get("isp-agent") ?? nothing };
}

function program(service: string, environment: Record<string, string>): Program {
  const main = join(import.meta.dirname, `../../services/${service}/src/main.ts`);
  const profiles = process.env["NTD_BENCH_PROFILE"];
  const flags = profiles ? ["--cpu-prof", `--cpu-prof-dir=${profiles}/${service}`] : [];
  const { PATH = "" } = process.env;
  let child: ChildProcess | undefined;
  return {
    start() {
      child = spawn(process.execPath, [...flags, main], { env: { PATH, ...environment }, stdio: "inherit" });
    },
    async kill(signal) {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill(signal);
      await ended;
    },
  };
}

function aCase(caseId: string): Omit<Case, "address"> {
  const value = Uint8Array.from({ length: 32 }, (_, i) => i);
  return {
    caseId,
    targetId: randomUUID(),
    episode: 1,
    state: "CASE_STATE_AUTO_DECIDED",
    priority: "PRIORITY_NORMAL",
    queueReason: "QUEUE_REASON_UNSPECIFIED",
    resolvedIp: "192.0.2.7",
    targetState: "TARGET_STATE_PRESENT",
    targetReason: "PROBE_REASON_UNSPECIFIED",
    hits: [],
    evidenceRevision: 1,
    decision: {
      decisionId: `decision of ${caseId}`,
      verdict: "VERDICT_ILLEGAL",
      decidedBy: "assessor/bench",
      decidedTime: new Date(),
      classifications: [{ scheme: "ECPAT", version: "2", code: "1" }],
      basis: "",
      reason: undefined,
      despiteGone: false,
      ...WITHDRAWS_NOTHING,
    },
    reportCount: 1,
    reportIds: [],
    openedTime: new Date(),
    firstReportTime: undefined,
    firstReportRevision: 0,
    ...unobservedCase,
    fingerprints: [{ algorithm: "ALGORITHM_PDQ", value, quality: 90 }],
  };
}
