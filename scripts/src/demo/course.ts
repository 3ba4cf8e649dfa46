import { setTimeout as delay } from "node:timers/promises";
import { ProviderServiceService } from "@ntd/proto/takedown/v1/provider_service";
import { connect, type RpcClient } from "@ntd/rpc";
import type { RunCommand } from "./command-line.ts";
import { readPicture, standing, type Picture } from "./follow.ts";
import type { SentReport } from "./reports.ts";
import { liveTable, type Row } from "./table.ts";
import type { Platform } from "../platform/platform.ts";
import type { ManagedProcess } from "../platform/process.ts";

export interface Outcome {
  ok: boolean;
  picture: Picture;
  rows: readonly Row[];
  sent: readonly SentReport[];
}

interface Course {
  platform: Platform;
  sent: readonly SentReport[];
  run: RunCommand;
  step: (line: string) => void;
  beta: ManagedProcess | undefined;
  stop: AbortSignal;
}

const DEADLINE_MS = 120_000;
/** How long beta's notices wait for its agent. */
const AGENT_OFF_MS = 4000;

/** Follows every report to its end: plays the person who decides and switches beta's agent on. */
export async function followReports({ platform, sent, run, step, beta, stop }: Course): Promise<Outcome> {
  const identityDir = await platform.bed.identity("operator", "admin");
  await using providers = connect(ProviderServiceService, {
    address: platform.endpoints["takedown"] ?? "",
    identityDir,
  });
  const draw = liveTable(process.stdout);
  const began = performance.now();
  const decided = new Set<string>();
  for (;;) {
    const picture = await readPicture(platform.bed);
    const rows = await standingRows(picture, sent, providers);
    draw(rows);
    const ok = rows.every((row) => row.ended);
    if (ok || stop.aborted || performance.now() - began > DEADLINE_MS) return { ok, picture, rows, sent };
    if (performance.now() - began > AGENT_OFF_MS && beta !== undefined && beta.pid === 0) {
      step("beta's agent is switched on");
      beta.start();
    }
    await decideByPerson(picture, sent, decided, run);
    await delay(300);
  }
}

async function standingRows(
  picture: Picture,
  sent: readonly SentReport[],
  providers: RpcClient<typeof ProviderServiceService>,
): Promise<Row[]> {
  const { dispatches } = await providers.listUnattributed({ pageSize: 100, pageToken: "" });
  const unattributed = new Set(dispatches.map((dispatch) => dispatch.caseId));
  return sent.map(({ plan, name }, i) => {
    const { where, end } = standing(picture, targetOf(picture, name), unattributed);
    return { number: i + 1, what: plan.what, host: plan.host, where, expected: plan.end, ended: end === plan.end };
  });
}

function targetOf(picture: Picture, name: string): string | undefined {
  return picture.reports.get(name.replace("reports/", ""))?.targets[0]?.targetId;
}

async function decideByPerson(picture: Picture, sent: readonly SentReport[], decided: Set<string>, run: RunCommand) {
  for (const { name } of sent.filter((s) => s.plan.decidedByPerson)) {
    const found = picture.cases.get(targetOf(picture, name) ?? "");
    if (found?.queueReason !== "QUEUE_REASON_SET_NEEDS_PERSON" || decided.has(found.caseId)) continue;
    decided.add(found.caseId);
    await run("assessor", "chandra", "case", "claim", found.caseId);
    const verdict = ["--verdict", "illegal", "--expected-version", String(found.evidenceRevision)];
    const grounds = [
      "--classification",
      "national:1:csam",
      "--basis",
      "demonstration act s.1",
      "--reason",
      "as listed",
    ];
    await run("assessor", "chandra", "case", "decide", found.caseId, ...verdict, ...grounds);
  }
}
