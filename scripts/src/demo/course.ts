import { setTimeout as delay } from "node:timers/promises";
import type { Case, QueueReason } from "@ntd/proto/casework/v1/case";
import { ProbeServiceService } from "@ntd/proto/prober/v1/probe_service";
import { ProviderServiceService } from "@ntd/proto/takedown/v1/provider_service";
import { connect } from "@ntd/rpc";
import type { RunCommand } from "./command-line.ts";
import { readPicture, standing, type Asked, type Picture } from "./follow.ts";
import type { DemoHost } from "./host.ts";
import type { HostName } from "./planned-report.ts";
import { answerReferral, holdForAMoment } from "./police.ts";
import type { SentReport } from "./reports.ts";
import { liveTable, type Row } from "./table.ts";
import type { OwnMachine } from "@ntd/embedded";
import type { Platform } from "../platform/platform.ts";
import type { ManagedProcess } from "../platform/process.ts";

export interface Outcome {
  ok: boolean;
  picture: Picture;
  rows: readonly Row[];
  sent: readonly SentReport[];
}

interface Course {
  platform: Platform<OwnMachine>;
  sent: readonly SentReport[];
  run: RunCommand;
  step: (line: string) => void;
  beta: ManagedProcess | undefined;
  gate: DemoHost | undefined;
  stop: AbortSignal;
}

const DEADLINE_MS = 120_000;
/** How long beta's notices wait for its agent. */
const AGENT_OFF_MS = 4000;

/** Follows every report to its end: plays the person who decides, the gate, and who switches beta's agent on. */
export async function followReports({ platform, sent, run, step, beta, gate, stop }: Course): Promise<Outcome> {
  await using lists = await openLists(platform);
  const draw = liveTable(process.stdout);
  const began = performance.now();
  const decided = new Set<string>();
  for (;;) {
    const picture = await readPicture(platform.machine.bus);
    const rows = standingRows(picture, sent, await lists.read());
    draw(rows);
    const ok = rows.every((row) => row.ended);
    if (ok || stop.aborted || performance.now() - began > DEADLINE_MS) return { ok, picture, rows, sent };
    if (performance.now() - began > AGENT_OFF_MS && beta !== undefined && beta.pid === 0) {
      step("beta's agent is switched on");
      beta.start();
    }
    if (hasLeft(picture, sent, "gate")) gate?.challenge();
    await decideByPerson(picture, sent, decided, run);
    await decidePages(picture, sent, decided, run);
    await withPolice(picture, sent, decided, run);
    await closeAbsent(picture, sent, decided, run);
    await takeBack(picture, sent, decided, run);
    await delay(300);
  }
}

/** What waits for persons, as an operator reads it. */
async function openLists({ machine, endpoints }: Platform) {
  const identityDir = await machine.identity("operator", "admin");
  const providers = connect(ProviderServiceService, { address: endpoints["takedown"] ?? "", identityDir });
  const prober = connect(ProbeServiceService, { address: endpoints["prober"] ?? "", identityDir });
  const all = { pageSize: 100, pageToken: "" };
  return {
    async read(): Promise<Asked> {
      const [{ dispatches }, { targets }] = await Promise.all([
        providers.listUnattributed(all),
        prober.listUnseen(all),
      ]);
      return {
        unattributed: new Set(dispatches.map(({ caseId }) => caseId)),
        unseen: new Set(targets.map(({ targetId }) => targetId)),
      };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([providers[Symbol.asyncDispose](), prober[Symbol.asyncDispose]()]);
    },
  };
}

function standingRows(picture: Picture, sent: readonly SentReport[], asked: Asked): Row[] {
  return sent.map(({ plan, name }, i) => {
    const { where, end } = standing(picture, targetOf(picture, name), asked);
    return { number: i + 1, what: plan.what, host: plan.host, where, expected: plan.end, ended: end === plan.end };
  });
}

function targetOf(picture: Picture, name: string): string | undefined {
  return picture.reports.get(name.replace("reports/", ""))?.targets[0]?.targetId;
}

function hasLeft(picture: Picture, sent: readonly SentReport[], host: HostName): boolean {
  const notices = sent
    .filter(({ plan }) => plan.host === host)
    .map(({ name }) => picture.notices.get(targetOf(picture, name) ?? ""));
  return notices.every((notice) => notice?.offeredTime !== undefined);
}

// Once every look that such an address gets has found nothing.
async function closeAbsent(picture: Picture, sent: readonly SentReport[], decided: Set<string>, run: RunCommand) {
  for (const { name } of sent.filter((s) => s.plan.end === "nothing there, closed unopened")) {
    const found = picture.cases.get(targetOf(picture, name) ?? "");
    const isOver = found?.queueReason === "QUEUE_REASON_ABSENT" && found.goneTime !== undefined;
    if (isOver && once(decided, found.caseId)) await run("assessor", "chandra", "case", "close-absent");
  }
}

// A wrong click, found out once the picture is gone: one person doubts it, another confirms.
async function takeBack(picture: Picture, sent: readonly SentReport[], decided: Set<string>, run: RunCommand) {
  for (const { name } of sent.filter((s) => s.plan.takenBack)) {
    const targetId = targetOf(picture, name) ?? "";
    const found = picture.cases.get(targetId);
    if (found === undefined) continue;
    const { caseId, evidenceRevision, doubt, queueReason, state } = found;
    const removed = picture.notices.get(targetId)?.state === "NOTICE_STATE_CLOSED";
    const reason = ["--reason", "an innocent picture"];
    if (state === "CASE_STATE_QUEUED" && queueReason === "QUEUE_REASON_NO_HIT" && once(decided, caseId)) {
      await decide(run, found, "taken for a listed one");
    } else if (removed && doubt === undefined && once(decided, `${caseId} doubted`)) {
      await run("assessor", "dewi", "case", "reopen", caseId, ...reason);
    } else if (doubt !== undefined && once(decided, `${caseId} confirmed`)) {
      const seen = ["--decision", doubt.decisionId, "--expected-version", String(evidenceRevision)];
      await run("assessor", "emil", "case", "confirm-withdrawal", caseId, ...seen, ...reason);
    }
  }
}

function once(done: Set<string>, step: string): boolean {
  if (done.has(step)) return false;
  done.add(step);
  return true;
}

/** What an officer asks for before it is decided, and what police answer once it is. */
async function withPolice(picture: Picture, sent: readonly SentReport[], decided: Set<string>, run: RunCommand) {
  for (const { plan, name } of sent.filter((s) => s.plan.held || s.plan.referred)) {
    const found = picture.cases.get(targetOf(picture, name) ?? "");
    if (found === undefined) continue;
    const waits = found.state === "CASE_STATE_QUEUED" && found.queueReason === "QUEUE_REASON_NO_HIT";
    if (waits && once(decided, found.caseId)) {
      if (plan.held) await holdForAMoment(run, found);
      await decide(run, found, "a child is abused there");
    } else if (plan.referred && found.referral !== undefined && once(decided, `${found.caseId} answered`)) {
      await answerReferral(run, found);
    }
  }
}

/** Of a set on which no machine decides, or found by what only nominates. */
const FOR_A_PERSON: ReadonlySet<QueueReason> = new Set<QueueReason>([
  "QUEUE_REASON_SET_NEEDS_PERSON",
  "QUEUE_REASON_NOMINATED_ONLY",
]);

async function decideByPerson(picture: Picture, sent: readonly SentReport[], decided: Set<string>, run: RunCommand) {
  for (const { name } of sent.filter((s) => s.plan.decidedByPerson)) {
    const found = picture.cases.get(targetOf(picture, name) ?? "");
    const waits = found !== undefined && FOR_A_PERSON.has(found.queueReason);
    if (waits && once(decided, found.caseId)) await decide(run, found, "as listed");
  }
}

// A machine decides what a page shows, never the page: a person does, once what it shows is decided.
async function decidePages(picture: Picture, sent: readonly SentReport[], decided: Set<string>, run: RunCommand) {
  for (const { name } of sent.filter((s) => s.plan.shows !== undefined)) {
    const page = picture.cases.get(targetOf(picture, name) ?? "");
    if (page?.queueReason !== "QUEUE_REASON_PAGE_ITEMS") continue;
    const illegal = (page.pageItems?.items ?? [])
      .map(({ itemTargetId }) => itemTargetId)
      .filter((targetId) => picture.cases.get(targetId)?.decision?.verdict === "VERDICT_ILLEGAL");
    if (illegal.length > 0 && once(decided, page.caseId))
      await decide(run, page, "it embeds a known picture", ["--embedded", ...illegal]);
  }
}

async function decide(
  run: RunCommand,
  { caseId, evidenceRevision }: Case,
  reason: string,
  more: readonly string[] = [],
): Promise<void> {
  await run("assessor", "chandra", "case", "claim", caseId);
  const verdict = ["--verdict", "illegal", "--expected-version", String(evidenceRevision)];
  const grounds = ["--classification", "national-example:1:A1", "--basis", "demonstration act s.1", "--reason", reason];
  await run("assessor", "chandra", "case", "decide", caseId, ...verdict, ...grounds, ...more);
}
