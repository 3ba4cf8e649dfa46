import { Channel } from "@ntd/proto/intake/v1/report";
import { ReportServiceService, ReportStatus, type SubmittedFingerprint } from "@ntd/proto/intake/v1/report_service";
import type { Command } from "commander";
import { fingerprints } from "../cli/arguments.ts";
import type { Cli } from "../cli/cli.ts";
import { UsageError } from "../cli/failure.ts";
import { listing, table } from "../cli/output.ts";
import { choice, wordOf } from "../cli/words.ts";

interface SubmitOptions {
  channel: Channel;
  fingerprint?: SubmittedFingerprint[];
  description: string;
}

export function reportCommands(program: Command, cli: Cli): void {
  const report = program.command("report").description("report addresses, and see what became of a report");
  report
    .command("submit")
    .description("report one or several addresses")
    .argument("<url...>")
    .addOption(choice("--channel <word>", "who reports", Channel).default(Channel.PUBLIC, "public"))
    .option("--fingerprint <alg:hex>", "your own fingerprint of the one address; repeatable", fingerprints)
    .option("--description <text>", "what you saw", "")
    .action(async (urls: string[], options: SubmitOptions) => submit(cli, urls, options));
  report
    .command("get")
    .description("the status of a report of your own")
    .argument("<name>", "reports/ID, as submit printed it")
    .action(async (name: string) => get(cli, name));
}

async function submit(cli: Cli, urls: string[], { channel, fingerprint = [], description }: SubmitOptions) {
  if (fingerprint.length > 0 && urls.length > 1) throw new UsageError("--fingerprint goes with exactly one address");
  const mediaType = "MEDIA_TYPE_UNSPECIFIED";
  const targets = urls.map((url) => ({ url, observedTime: undefined, mediaType, fingerprints: fingerprint }) as const);
  const request = { requestId: cli.requestId(), channel, targets: [...targets], description, threat: undefined };
  const answer = await cli.call("intake", ReportServiceService, (intake) =>
    intake.submitReport({ ...request, language: "" }),
  );
  cli.print(answer, () => {
    const { name, receivedTime, readAs } = answer;
    const head = listing({ name, received: receivedTime });
    if (readAs.length === 0) return head;
    return `${head}\n\n${table(
      ["target", "read as"],
      readAs.map(({ index, url }) => [index + 1, url]),
    )}`;
  });
}

async function get(cli: Cli, given: string): Promise<void> {
  const name = given.startsWith("reports/") ? given : `reports/${given}`;
  const answer = await cli.call("intake", ReportServiceService, (intake) => intake.getReport({ name }));
  cli.print(answer, () => {
    const { receivedTime, status, targetStatuses } = answer;
    const rows = targetStatuses.map((s, i) => [i + 1, wordOf(ReportStatus, s)]);
    const head = listing({ name: answer.name, received: receivedTime, status: wordOf(ReportStatus, status) });
    return `${head}\n\n${table(["target", "status"], rows)}`;
  });
}
