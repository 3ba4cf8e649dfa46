import { AssessmentServiceService, type SearchCasesRequest } from "@ntd/proto/casework/v1/assessment_service";
import { Lane } from "@ntd/proto/casework/v1/case";
import type { CaseView } from "@ntd/proto/casework/v1/case_service";
import type { RpcClient } from "@ntd/rpc";
import type { Command } from "commander";
import type { Cli } from "../../cli/cli.ts";
import { UsageError } from "../../cli/failure.ts";
import { collect, limitOption, moreLine } from "../../cli/pages.ts";
import { choice } from "../../cli/words.ts";
import { printCase } from "./print-case.ts";
import { earlierTable } from "../../listings/cases/dossier-listing.ts";
import { idArgument } from "../../cli/short-ids.ts";

/** What assessors, and whoever runs their work, do beside deciding. */
export function assessmentCommands(group: Command, cli: Cli): void {
  group
    .command("next")
    .description("take the next case that you may decide; a picture that you have seen elsewhere is not opened again")
    .addOption(choice("--lane <word>", "only of this lane", Lane))
    .action(async ({ lane = Lane.UNSPECIFIED }: { lane?: Lane }) =>
      change(cli, "no case waits that you may decide", (casework) =>
        casework.claimNext({ requestId: cli.requestId(), lane }),
      ),
    );
  group
    .command("reassign")
    .description("give a case to another assessor, whoever has it; for supervisors")
    .addArgument(idArgument("case"))
    .requiredOption("--to <name>", "the assessor")
    .action(async (caseId: string, { to: assessor }: { to: string }) =>
      change(cli, "nothing", (casework) => casework.reassignCase({ requestId: cli.requestId(), caseId, assessor })),
    );
  group
    .command("note")
    .description("leave a note for the next assessor")
    .addArgument(idArgument("case"))
    .argument("<text>")
    .action(async (caseId: string, text: string) => {
      const answer = await cli.call("casework", AssessmentServiceService, (casework) =>
        casework.addNote({ requestId: cli.requestId(), caseId, text }),
      );
      cli.print(answer, () => "noted");
    });
  group
    .command("flag")
    .description("say that a child is in danger now, or young, or no longer so: the case goes to another lane")
    .addArgument(idArgument("case"))
    .option("--life-at-risk", "a child is in danger now")
    .option("--no-life-at-risk", "no child is")
    .option("--young-child", "the child is young")
    .option("--no-young-child", "it is not")
    .requiredOption("--reason <text>", "by what that is known")
    .action(async (caseId: string, options: FlagOptions) =>
      change(cli, "nothing", (casework) => casework.flagCase({ requestId: cli.requestId(), caseId, ...options })),
    );
  group
    .command("search")
    .description("cases by one of these")
    .option("--url <address>")
    .option("--host <name>", "and the names below it")
    .option("--hash <hex>", "a fingerprint that is equal")
    .option("--report <id>")
    .option("--decided-by <name>", 'an assessor, or "me"')
    .addOption(limitOption())
    .action(async ({ limit, ...options }: SearchOptions & { limit: number }) => search(cli, byOf(options), limit));
}

interface FlagOptions {
  lifeAtRisk?: boolean;
  youngChild?: boolean;
  reason: string;
}

interface SearchOptions {
  url?: string;
  host?: string;
  hash?: string;
  report?: string;
  decidedBy?: string;
}

type By = NonNullable<SearchCasesRequest["by"]>;

function byOf({ url, host, hash, report, decidedBy }: SearchOptions): By {
  const named: By[] = [
    ...(url === undefined ? [] : [{ $case: "url", value: url } as const]),
    ...(host === undefined ? [] : [{ $case: "host", value: host } as const]),
    ...(hash === undefined ? [] : [{ $case: "hashHex", value: hash } as const]),
    ...(report === undefined ? [] : [{ $case: "reportId", value: report.replace(/^reports\//, "") } as const]),
    ...(decidedBy === undefined ? [] : [{ $case: "decidedBy", value: decidedBy } as const]),
  ];
  const [by] = named;
  if (by !== undefined && named.length === 1) return by;
  throw new UsageError("name one of --url, --host, --hash, --report, --decided-by");
}

/** Prints what a search finds. */
export async function search(cli: Cli, by: By, limit: number): Promise<void> {
  const { items: cases, more } = await cli.call("casework", AssessmentServiceService, (casework) =>
    collect(limit, async (at) => {
      const page = await casework.searchCases({ by, ...at });
      return { items: page.cases, nextPageToken: page.nextPageToken };
    }),
  );
  cli.print({ cases, more }, () => earlierTable(cases, "no such case") + moreLine(more));
}

type Assessment = RpcClient<typeof AssessmentServiceService>;

async function change(
  cli: Cli,
  nothing: string,
  call: (casework: Assessment) => Promise<{ case?: CaseView | undefined }>,
): Promise<void> {
  const answer = await cli.call("casework", AssessmentServiceService, call);
  await printCase(cli, answer, nothing);
}
