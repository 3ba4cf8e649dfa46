import { CaseState, Priority, QueueReason, Verdict } from "@ntd/proto/casework/v1/case";
import { CaseServiceService, type CaseView, type GetCaseRequest } from "@ntd/proto/casework/v1/case_service";
import type { Classification } from "@ntd/proto/common/v1/common";
import { ProbeReason, TargetState } from "@ntd/proto/prober/v1/target";
import type { RpcClient } from "@ntd/rpc";
import type { Command } from "commander";
import { classifications, wholeNumber } from "../cli/arguments.ts";
import type { Cli } from "../cli/cli.ts";
import { UsageError } from "../cli/failure.ts";
import { hitTable } from "./hit-table.ts";
import { listing } from "../cli/output.ts";
import { choice, wordOf } from "../cli/words.ts";

interface DecideOptions {
  verdict: Verdict;
  expectedVersion: number;
  classification?: Classification[];
  basis: string;
  reason: string;
}

export function caseCommands(program: Command, cli: Cli): void {
  const group = program.command("case").description("look at a case, claim it, decide it");
  group
    .command("show")
    .description("a case, or the newest case of a target")
    .argument("[id]")
    .option("--target <id>", "the target instead of the case")
    .action(async (id: string | undefined, options: { target?: string }) => show(cli, id, options.target));
  group
    .command("claim")
    .description("take a case for 30 minutes, or renew that")
    .argument("<id>")
    .action(async (caseId: string) =>
      change(cli, (casework) => casework.claimCase({ requestId: cli.requestId(), caseId })),
    );
  group
    .command("release")
    .description("give a claimed case back to the queue")
    .argument("<id>")
    .action(async (caseId: string) =>
      change(cli, (casework) => casework.releaseClaim({ requestId: cli.requestId(), caseId })),
    );
  group
    .command("decide")
    .description("decide a case that you claimed")
    .argument("<id>")
    .addOption(choice("--verdict <word>", "what it is", Verdict).makeOptionMandatory())
    .requiredOption("--expected-version <n>", "the evidence revision that you saw", wholeNumber)
    .option("--classification <scheme:version:code>", "repeatable", classifications)
    .requiredOption("--basis <text>", "the legal basis")
    .requiredOption("--reason <text>", "why, for those who look at it later")
    .action(async (caseId: string, options: DecideOptions) => {
      const { verdict: decision, expectedVersion, classification = [], basis, reason } = options;
      const decided = {
        caseId,
        decision,
        expectedVersion,
        classifications: classification,
        basis,
        reason,
        despiteGone: false,
      };
      await change(cli, (casework) => casework.decideCase({ requestId: cli.requestId(), ...decided }));
    });
}

async function show(cli: Cli, id: string | undefined, target: string | undefined): Promise<void> {
  if ((id === undefined) === (target === undefined)) throw new UsageError("name a case ID or --target ID, one of them");
  const by: GetCaseRequest["by"] =
    id === undefined ? { $case: "targetId", value: target ?? "" } : { $case: "caseId", value: id };
  await change(cli, (casework) => casework.getCase({ by }));
}

type Casework = RpcClient<typeof CaseServiceService>;

interface Answer {
  case?: CaseView | undefined;
}

async function change(cli: Cli, call: (casework: Casework) => Promise<Answer>): Promise<void> {
  const answer = await cli.call("casework", CaseServiceService, call);
  cli.print(answer, () => caseListing(answer.case));
}

function caseListing(view: CaseView | undefined): string {
  const found = view?.case;
  if (view === undefined || found === undefined) return "nothing";
  const { decision, hits } = found;
  const head = listing({
    case: found.caseId,
    target: found.targetId,
    episode: found.episode,
    state: wordOf(CaseState, found.state),
    priority: wordOf(Priority, found.priority),
    "waits because": wordOf(QueueReason, found.queueReason),
    address: view.url,
    "address is": [wordOf(TargetState, found.targetState), wordOf(ProbeReason, found.targetReason)].filter(Boolean),
    "evidence revision": found.evidenceRevision,
    reports: found.reportCount,
    opened: found.openedTime,
    "claimed by": view.claimedBy,
    "claimed until": view.claimExpireTime,
    verdict: decision && wordOf(Verdict, decision.verdict),
    "decided by": decision?.decidedBy,
    decided: decision?.decidedTime,
    basis: decision?.basis,
  });
  return hits.length === 0 ? head : `${head}\n\n${hitTable(hits)}`;
}
