import { ReadingServiceService, type Reading } from "@ntd/proto/casework/v1/reading_service";
import type { Command } from "commander";
import type { Cli } from "../../cli/cli.ts";
import { table } from "../../cli/output.ts";
import { collect, limitOption, moreLine } from "../../cli/pages.ts";

export function readingsCommands(program: Command, cli: Cli): void {
  const group = program.command("readings").description("who opened addresses and words, and when");
  group
    .command("list")
    .description("newest first; never what was opened")
    .option("--case <id>", "of this case alone", "")
    .option("--reader <kind/name>", "by this person alone", "")
    .addOption(limitOption())
    .action(async (options: { case: string; reader: string; limit: number }) => list(cli, options));
}

async function list(cli: Cli, { limit, ...of }: { case: string; reader: string; limit: number }): Promise<void> {
  const { items: readings, more } = await cli.call("casework", ReadingServiceService, (casework) =>
    collect(limit, async (at) => {
      const page = await casework.listReadings({ ...at, caseId: of.case, reader: of.reader });
      return { items: page.readings, nextPageToken: page.nextPageToken };
    }),
  );
  cli.print({ readings, more }, () => readingTable(readings) + moreLine(more));
}

function readingTable(readings: readonly Reading[]): string {
  const rows = readings.map((r) => [r.readTime, r.reader, r.kind, r.caseId, r.reviewId]);
  return table(["when", "who", "what", "case", "review"], rows, "nobody opened anything");
}
