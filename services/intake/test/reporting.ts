import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import vectors from "@ntd/address/vectors.json" with { type: "json" };
import { nouns } from "@ntd/bus";
import { WITHDRAWS_NOTHING } from "@ntd/facts";
import type { Overrides, Running } from "@ntd/host";
import { CaseState, Priority, QueueReason, type Case, type Decision, type Verdict } from "@ntd/proto/casework/v1/case";
import { Channel, type Report } from "@ntd/proto/intake/v1/report";
import { ReportServiceService, type SubmitReportRequest } from "@ntd/proto/intake/v1/report_service";
import { ProbeReason, TargetState } from "@ntd/proto/prober/v1/target";
import { connect, problemOf } from "@ntd/rpc";
import { eventually, startTestBed, unobservedCase, type TestBed } from "@ntd/testing";
import { readIntakeConfig, type IntakeConfig } from "../src/config.ts";
import { start } from "../src/service.ts";

/** An intake of its own, on a bus of its own. */
export interface Reporting extends AsyncDisposable {
  bed: TestBed;
  config: IntakeConfig;
  intake: Running;
}

/** @param files by the setting that names it. */
export async function startReporting(
  files: Record<string, string> = {},
  settings: Record<string, string> = {},
  overrides?: Overrides,
): Promise<Reporting> {
  await using stack = new AsyncDisposableStack();
  const bed = stack.use(await startTestBed());
  const given: Record<string, string> = { ...settings };
  for (const [setting, text] of Object.entries(files)) {
    given[setting] = join(bed.dir, `${setting.toLowerCase()}.yaml`);
    await writeFile(given[setting], text);
  }
  given["TARGET_KEY_FILE"] = join(bed.dir, "vectors-key");
  await writeFile(given["TARGET_KEY_FILE"], Buffer.from(vectors.targetKey, "hex"));
  const config = readIntakeConfig(await bed.environment("intake", given));
  const intake = stack.use(await start(config, overrides));
  const held = stack.move();
  return { bed, config, intake, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

export async function reporter(
  { bed, intake }: Reporting,
  name = "one",
  kind: "reporter" | "police" | "assessor" = "reporter",
) {
  return connect(ReportServiceService, { address: intake.address, identityDir: await bed.identity(kind, name) });
}

export function reportOf(given: Partial<SubmitReportRequest> = {}, ...urls: string[]): SubmitReportRequest {
  return {
    requestId: randomUUID(),
    channel: Channel.PUBLIC,
    targets: urls.map((url) => ({ url, observedTime: undefined, mediaType: "MEDIA_TYPE_IMAGE", fingerprints: [] })),
    description: "",
    threat: undefined,
    language: "",
    ...given,
  };
}

/** What others hear of the report. */
export function told({ bed }: Reporting, name: string): Promise<Report> {
  return eventually("its event", async () => {
    const events = await bed.published(nouns.report);
    return events.find(({ data }) => name === `reports/${data.reportId}`)?.data;
  });
}

export const faultOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => problemOf(error),
  );

export function decision(verdict: Verdict, change: Partial<Decision> = {}): Decision {
  return {
    decisionId: randomUUID(),
    verdict,
    decidedBy: "machine",
    decidedTime: new Date(),
    classifications: [],
    basis: "",
    reason: undefined,
    despiteGone: false,
    ...WITHDRAWS_NOTHING,
    ...change,
  };
}

export function caseOf(targetId: string, change: Partial<Case> = {}): Case {
  return {
    caseId: `case-of-${targetId}`,
    targetId,
    episode: 1,
    state: change.decision === undefined ? CaseState.QUEUED : CaseState.DECIDED,
    priority: Priority.NORMAL,
    queueReason: QueueReason.UNSPECIFIED,
    address: undefined,
    resolvedIp: "",
    targetState: TargetState.UNSPECIFIED,
    targetReason: ProbeReason.UNSPECIFIED,
    hits: [],
    evidenceRevision: 1,
    decision: undefined,
    reportCount: 1,
    reportIds: [],
    openedTime: new Date(),
    fingerprints: [],
    firstReportTime: undefined,
    firstReportRevision: 0,
    ...unobservedCase,
    ...change,
  };
}
