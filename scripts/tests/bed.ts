import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AssessmentServiceService } from "@ntd/proto/casework/v1/assessment_service";
import { CaseServiceService } from "@ntd/proto/casework/v1/case_service";
import { ClusterServiceService } from "@ntd/proto/casework/v1/cluster_service";
import { ReviewServiceService } from "@ntd/proto/casework/v1/review_service";
import { BreakerServiceService } from "@ntd/proto/casework/v1/breaker_service";
import { PolicyServiceService } from "@ntd/proto/casework/v1/policy_service";
import { ReadingServiceService } from "@ntd/proto/operations/v1/reading_service";
import { ReferralServiceService } from "@ntd/proto/casework/v1/referral_service";
import { HoldServiceService } from "@ntd/proto/casework/v1/hold_service";
import { MarkServiceService } from "@ntd/proto/casework/v1/mark_service";
import { LegalHoldServiceService } from "@ntd/proto/casework/v1/legal_hold_service";
import { StayServiceService } from "@ntd/proto/casework/v1/stay_service";
import { WithdrawalServiceService } from "@ntd/proto/casework/v1/withdrawal_service";
import { ComplianceServiceService } from "@ntd/proto/compliance/v1/compliance_service";
import { FeedbackServiceService } from "@ntd/proto/exchange/v1/feedback_service";
import { ExchangeServiceService } from "@ntd/proto/exchange/v1/exchange_service";
import { HashListServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import { ImpactServiceService } from "@ntd/proto/hashlists/v1/impact_service";
import { NegativeEntryServiceService } from "@ntd/proto/hashlists/v1/negative_entry_service";
import { UploadServiceService } from "@ntd/proto/hashlists/v1/upload_service";
import { FeedAdminServiceService, FeedServiceService } from "@ntd/proto/feed/v1/feed_service";
import { HashSetViewServiceService } from "@ntd/proto/hashlists/v1/set_view_service";
import { EntryOpinionServiceService } from "@ntd/proto/hashlists/v1/opinion_service";
import { ProposalServiceService } from "@ntd/proto/hashlists/v1/proposal_service";
import { RevocationServiceService } from "@ntd/proto/hashlists/v1/revocation_service";
import { ComplaintServiceService } from "@ntd/proto/intake/v1/complaint_service";
import { ReporterServiceService } from "@ntd/proto/intake/v1/reporter_service";
import { ReportServiceService } from "@ntd/proto/intake/v1/report_service";
import { ProbeServiceService } from "@ntd/proto/prober/v1/probe_service";
import { OperationsServiceService } from "@ntd/proto/operations/v1/operations_service";
import { StatusServiceService } from "@ntd/proto/operations/v1/status_service";
import { CheckServiceService, CheckUseServiceService } from "@ntd/proto/matching/v1/check_service";
import { NoticeServiceService } from "@ntd/proto/takedown/v1/notice_service";
import { ProviderServiceService } from "@ntd/proto/takedown/v1/provider_service";
import { callerOf, service, startRpcServer, type CallContext } from "@ntd/rpc";
import { createLog, Health, Problem } from "@ntd/service";
import { createAuthority, issueIdentity } from "@ntd/embedded";
import { runNtd } from "../src/cli/program.ts";

export interface Ended {
  code: number;
  out: string;
  err: string;
}

/** For tests: every service of the platform as one server that notes what arrives and answers what it is told to. */
export interface NtdTestBed extends AsyncDisposable {
  dir: string;
  identityDir: string;
  endpoints: Record<string, string>;
  /** What `method` answers from now on; an Error is thrown. */
  answers: Map<string, unknown>;
  /** Requests that arrived, in order; of an upload, all its messages. */
  arrived: { method: string; request: unknown; caller: string }[];
  /** What whoever sits there answers, line by line; absent: nobody does. */
  typed: { lines?: string[] };
  /** Runs the command line in this process. */
  ntd(...args: string[]): Promise<Ended>;
  /** Runs it as a process of its own. */
  process(...args: string[]): Promise<Ended>;
}

const definitions = [
  ReportServiceService,
  ReporterServiceService,
  ComplaintServiceService,
  ProbeServiceService,
  HashListServiceService,
  HashSetViewServiceService,
  UploadServiceService,
  FeedServiceService,
  FeedAdminServiceService,
  RevocationServiceService,
  EntryOpinionServiceService,
  ProposalServiceService,
  ImpactServiceService,
  NegativeEntryServiceService,
  ExchangeServiceService,
  FeedbackServiceService,
  CaseServiceService,
  AssessmentServiceService,
  ClusterServiceService,
  ReviewServiceService,
  PolicyServiceService,
  StayServiceService,
  LegalHoldServiceService,
  HoldServiceService,
  MarkServiceService,
  WithdrawalServiceService,
  BreakerServiceService,
  ReadingServiceService,
  ReferralServiceService,
  ProviderServiceService,
  NoticeServiceService,
  ComplianceServiceService,
  CheckServiceService,
  CheckUseServiceService,
  OperationsServiceService,
  StatusServiceService,
] as const;
const services = [
  "intake",
  "prober",
  "hashlists",
  "casework",
  "takedown",
  "compliance",
  "matching",
  "exchange",
  "feed",
];

/** Until a test says otherwise: who shows a case is no assessor, and no code is demanded. */
const unsaid = [
  ["getDossier", new Problem("NOT_ALLOWED")],
  ["listSchemes", { schemes: [], neighbours: [] }],
  ["getUpload", { state: "UPLOAD_STATE_NONE", keptBytes: 0n, keptSha256: new Uint8Array() }],
] as const;

export async function openNtdTestBed(): Promise<NtdTestBed> {
  await using parts = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), "ntd-cli-"));
  parts.defer(() => rm(dir, { recursive: true, force: true }));
  await createAuthority(dir);
  const own = await issueIdentity(dir, { kind: "service", name: "fake" });
  const identity = await issueIdentity(dir, { kind: "operator", name: "anna" });
  const bed: Pick<NtdTestBed, "answers" | "arrived" | "typed"> = {
    answers: new Map<string, unknown>(unsaid),
    arrived: [],
    typed: {},
  };
  const log = createLog("fake", "silent");
  const health = parts.use(new Health(log));
  const methods = definitions.flatMap((d) => Object.values(d).map((m) => m.path));
  const access = Object.fromEntries(methods.map((path) => [path, ["operator"]]));
  const server = parts.use(
    await startRpcServer(
      { listen: "127.0.0.1:0", identityDir: own.dir, access, health, log },
      definitions.map((d) => service(d as typeof ReportServiceService, noting(bed, d) as never)),
    ),
  );
  const endpoints = Object.fromEntries(services.map((name) => [name, server.address]));
  const endpointsFile = join(dir, "endpoints.json");
  await writeFile(endpointsFile, JSON.stringify(endpoints));
  const fixed = ["--identity", identity.dir, "--endpoints", endpointsFile];
  const held = parts.move();
  return {
    ...bed,
    dir,
    identityDir: identity.dir,
    endpoints,
    ntd: (...args) => inProcess([...fixed, ...args], {}, bed.typed.lines),
    process: (...args) => asProcess([...fixed, ...args]),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

function noting(bed: Pick<NtdTestBed, "answers" | "arrived">, definition: object): object {
  const handler = (method: string) => async (request: object, context: CallContext) => {
    const whole = Symbol.asyncIterator in request ? await all(request as AsyncIterable<unknown>) : request;
    bed.arrived.push({ method, request: whole, caller: callerOf(context).person });
    const answer = bed.answers.get(method);
    if (answer === undefined) throw new Error(`the test has no answer for ${method}`);
    if (answer instanceof Error) throw answer;
    return typeof answer === "function" ? (answer as (r: unknown) => unknown)(whole) : answer;
  };
  const streamed = (method: string) =>
    async function* stream(request: object, context: CallContext) {
      yield* (await handler(method)(request, context)) as unknown[];
    };
  return Object.fromEntries(
    Object.entries(definition).map(([method, { responseStream }]: [string, { responseStream: boolean }]) => [
      method,
      responseStream ? streamed(method) : handler(method),
    ]),
  );
}

async function all(messages: AsyncIterable<unknown>): Promise<unknown[]> {
  const list: unknown[] = [];
  for await (const message of messages) list.push(message);
  return list;
}

/** For tests: runs the command line in this process, as it would run with these arguments. */
export async function inProcess(
  args: readonly string[],
  environment: Record<string, string> = {},
  typed?: string[],
): Promise<Ended> {
  const said = { out: "", err: "" };
  const out = (text: string) => void (said.out += text);
  const err = (text: string) => void (said.err += text);
  return {
    code: await runNtd(args, {
      out,
      err,
      environment: { NTD_TIME_ZONE: "UTC", ...environment },
      ...(typed && { answer: async () => typed.shift() ?? "" }),
    }),
    ...said,
  };
}

/** For tests: runs the command line as a process. */
export function asProcess(args: readonly string[], environment: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    // Whoever calls it stands anywhere.
    const options = { env: { PATH: process.env["PATH"], NTD_TIME_ZONE: "UTC", ...environment }, cwd: tmpdir() };
    execFile(join(import.meta.dirname, "../ntd"), args, options, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}
