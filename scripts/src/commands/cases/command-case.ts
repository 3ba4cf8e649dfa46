import {
  AssessmentServiceService,
  type GetDossierRequest,
  type GetDossierResponse,
} from "@ntd/proto/casework/v1/assessment_service";
import { Verdict } from "@ntd/proto/casework/v1/case";
import { CaseServiceService, type CaseView, type GetCaseRequest } from "@ntd/proto/casework/v1/case_service";
import type { Classification } from "@ntd/proto/common/v1/common";
import { ReporterSentence } from "@ntd/proto/intake/v1/report";
import type { RpcClient } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import type { Command } from "commander";
import { classifications, positiveNumber, wholeNumber } from "../../cli/arguments.ts";
import type { Cli } from "../../cli/cli.ts";
import { UsageError } from "../../cli/failure.ts";
import { choice } from "../../cli/words.ts";
import { clusterCommand, confirmedCluster, type ClusterOptions } from "./command-cluster.ts";
import { assessmentCommands } from "./command-assessment.ts";
import { decisionFields } from "./decision-fields.ts";
import { legalHoldCommands } from "./command-legal-hold.ts";
import { stayCommands } from "./command-stay.ts";
import { ofPage } from "./embedded-option.ts";
import { printCase, printDossier } from "./print-case.ts";
import { idArgument, idOption } from "../../cli/short-ids.ts";

interface DecideOptions extends ClusterOptions {
  verdict: Verdict;
  expectedVersion: number;
  classification?: Classification[];
  basis?: string;
  reason?: string;
  despiteGone: boolean;
  inDoubt: boolean;
  reporterSentence?: ReporterSentence;
  embedded?: string[];
}

interface ConfirmOptions {
  decision: string;
  expectedVersion: number;
  reason: string;
}

export function caseCommands(program: Command, cli: Cli): void {
  const group = program.command("case").description("look at a case, claim it, decide it");
  group
    .command("show")
    .description("a case, or the newest case of a target")
    .addArgument(idArgument("case", "[id]"))
    .addOption(idOption("target", "--target <id>", "the target instead of the case"))
    .option("--open", "open the address of a case that is not yours: a view, which counts", false)
    .action(async (id: string | undefined, options: { target?: string; open: boolean }) => show(cli, id, options));
  group
    .command("claim")
    .description("take a case for 30 minutes, or renew that")
    .addArgument(idArgument("case"))
    .option("--again", "see its picture though you saw it in another case", false)
    .action(async (caseId: string, { again }: { again: boolean }) =>
      change(cli, (casework) => casework.claimCase({ requestId: cli.requestId(), caseId, ...(again && { again }) })),
    );
  group
    .command("release")
    .description("give a claimed case back to the queue")
    .addArgument(idArgument("case"))
    .action(async (caseId: string) =>
      change(cli, (casework) => casework.releaseClaim({ requestId: cli.requestId(), caseId })),
    );
  decideCommand(group, cli);
  assessmentCommands(group, cli);
  clusterCommand(group, cli);
  takeBackCommands(group, cli);
  stayCommands(group, cli);
  legalHoldCommands(group, cli);
  group
    .command("close-absent")
    .description("close, unseen, the oldest cases at whose addresses every look found nothing")
    .option("--max <n>", "at most this many, up to 1000", positiveNumber, 1000)
    .action(async ({ max }: { max: number }) => closeAbsent(cli, max));
}

function decideCommand(group: Command, cli: Cli): void {
  group
    .command("decide")
    .description("decide a case that you claimed")
    .addArgument(idArgument("case"))
    .addOption(choice("--verdict <word>", "what it is", Verdict).makeOptionMandatory())
    .requiredOption("--expected-version <n>", "the evidence revision that you saw", wholeNumber)
    .option("--classification <scheme:version:code>", "as ntd schemes lists them; repeatable", classifications)
    .option("--basis <text>", "the legal basis; asked for where it is illegal")
    .option("--reason <text>", "why, for those who look at it later; asked for unless it is out of scope")
    .option("--despite-gone", "the notice leaves though machines call the target gone: a person saw it there", false)
    .option("--in-doubt", "ages or the picture are in doubt: another person decides too before it is told", false)
    .addOption(choice("--reporter-sentence <word>", "what those are told who reported it", ReporterSentence))
    .option(
      "--embedded <targets...>",
      'of a page: what is embedded in it and decided illegal, as case show lists it, or "all" of that; it is to go, not the page',
    )
    .option("--cluster <same|all|file>", "the other cases of the picture that are decided with it; you are asked")
    .option("--yes", "confirm the cluster unasked", false)
    .action(async (caseId: string, options: DecideOptions) => {
      const { verdict: decision, classification, basis, reason, cluster: which, yes, embedded, ...rest } = options;
      const said = await decisionFields(cli, decision, {
        ...(classification && { classification }),
        ...(basis !== undefined && { basis }),
        ...(reason !== undefined && { reason }),
      });
      const cluster = await confirmedCluster(cli, caseId, { yes, ...(which !== undefined && { cluster: which }) });
      const decided = {
        caseId,
        decision,
        ...said,
        ...rest,
        ...(cluster && { cluster }),
        ...(await ofPage(cli, embedded, () => caseBy(cli, { $case: "caseId", value: caseId }))),
      };
      await change(cli, (casework) => casework.decideCase({ requestId: cli.requestId(), ...decided }));
    });
}

function takeBackCommands(group: Command, cli: Cli): void {
  group
    .command("undo")
    .description(
      "take back a decision that is held back, or yours that waits for a second look: nobody has heard of it, and you have the case",
    )
    .addArgument(idArgument("case"))
    .action(async (caseId: string) =>
      change(cli, (casework) => casework.undoDecision({ requestId: cli.requestId(), caseId })),
    );
  group
    .command("reopen")
    .description('bring a decided case back to the queue; what an "illegal" caused is suspended meanwhile')
    .addArgument(idArgument("case"))
    .requiredOption("--reason <text>", "what is in doubt")
    .option("--claim", "have it at once", false)
    .option("--keep-in-force", "only its classification is in question: nothing is suspended", false)
    .action(async (caseId: string, options: { reason: string; claim: boolean; keepInForce: boolean }) =>
      change(cli, (casework) => casework.reopenCase({ requestId: cli.requestId(), caseId, ...options })),
    );
  group
    .command("confirm-withdrawal")
    .description('a second person\'s word against an "illegal" that is in doubt: its notices ask to restore')
    .addArgument(idArgument("case"))
    .requiredOption("--decision <id>", 'the "illegal" that is withdrawn')
    .requiredOption("--expected-version <n>", "the evidence revision that you saw", wholeNumber)
    .requiredOption("--reason <text>", "why, for those who look at it later")
    .action(async (caseId: string, { decision: decisionId, ...rest }: ConfirmOptions) =>
      change(cli, (casework) =>
        casework.confirmWithdrawal({ requestId: cli.requestId(), caseId, decisionId, ...rest }),
      ),
    );
}

async function closeAbsent(cli: Cli, maxCount: number): Promise<void> {
  const answer = await cli.call("casework", CaseServiceService, (casework) =>
    casework.closeAbsentCases({ requestId: cli.requestId(), maxCount }),
  );
  const { closedCount, leftCount } = answer;
  cli.print(answer, () => `${closedCount} closed, ${leftCount} wait with this reason still`);
}

async function show(
  cli: Cli,
  id: string | undefined,
  { target, open }: { target?: string; open: boolean },
): Promise<void> {
  if ((id === undefined) === (target === undefined)) throw new UsageError("name a case ID or --target ID, one of them");
  const newest = target === undefined ? undefined : await caseBy(cli, { $case: "targetId", value: target });
  const caseId = id ?? newest?.case?.case?.caseId ?? "";
  const dossier = await dossierOf(cli, { caseId, ...(open && { openAddress: true }) });
  if (dossier !== undefined) return printDossier(cli, dossier);
  const answer = newest ?? (await caseBy(cli, { $case: "caseId", value: caseId }));
  await printCase(cli, answer);
}

function caseBy(cli: Cli, by: GetCaseRequest["by"]): Promise<Answer> {
  return cli.call("casework", CaseServiceService, (casework) => casework.getCase({ by }));
}

/** Undefined where the caller is no assessor: others see the case alone. */
async function dossierOf(cli: Cli, asked: GetDossierRequest): Promise<GetDossierResponse | undefined> {
  try {
    return await cli.call("casework", AssessmentServiceService, (casework) => casework.getDossier(asked));
  } catch (error) {
    if (Problem.from(error).reason === "NOT_ALLOWED") return undefined;
    throw error;
  }
}

type Casework = RpcClient<typeof CaseServiceService>;

interface Answer {
  case?: CaseView | undefined;
}

async function change(cli: Cli, call: (casework: Casework) => Promise<Answer>): Promise<void> {
  const answer = await cli.call("casework", CaseServiceService, call);
  await printCase(cli, answer);
}
