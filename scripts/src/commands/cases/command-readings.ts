import { ReadingServiceService, type Reading } from "@ntd/proto/operations/v1/reading_service";
import { Option, type Command } from "commander";
import type { Cli } from "../../cli/cli.ts";
import { table } from "../../cli/output.ts";
import { idOption } from "../../cli/short-ids.ts";
import { collect, limitOption, moreLine } from "../../cli/pages.ts";

/** Who shows addresses, words or decisions to somebody. */
const SERVICES = ["intake", "prober", "casework", "takedown", "compliance"] as const;

interface Of {
  service?: string;
  case: string;
  of: string;
  reader: string;
  limit: number;
}

export function readingsCommands(program: Command, cli: Cli): void {
  const group = program.command("readings").description("who opened addresses, words and decisions, and when");
  group
    .command("list")
    .description("newest first, of all services; never what was opened")
    .addOption(new Option("--service <name>", "of one service alone").choices(SERVICES))
    .addOption(idOption("case", "--case <id>", "of this case alone").default(""))
    .option("--of <noun/id>", "of this alone: notices/ID, targets/ID, reports/ID, reviews/ID", "")
    .option("--reader <kind/name>", "by this person alone", "")
    .addOption(limitOption())
    .action(async (options: Of) => list(cli, options));
}

async function list(cli: Cli, of: Of): Promise<void> {
  const services = of.service === undefined ? SERVICES : [of.service];
  const pages = await Promise.all(services.map((service) => readingsAt(cli, service, of)));
  const all = pages.flatMap(({ readings }) => readings);
  const newest = all.toSorted((a, b) => Number(b.readTime) - Number(a.readTime)).slice(0, of.limit);
  const more = all.length > newest.length || pages.some((page) => page.more);
  cli.print({ readings: newest, more }, () => readingTable(newest) + moreLine(more));
}

async function readingsAt(cli: Cli, service: string, { limit, case: caseId, of: resource, reader }: Of) {
  const { items, more } = await cli.call(service, ReadingServiceService, (client) =>
    collect(limit, async (at) => {
      const page = await client.listReadings({ ...at, caseId, reader, resource });
      return { items: page.readings, nextPageToken: page.nextPageToken };
    }),
  );
  return { readings: items.map((reading) => ({ ...reading, service })), more };
}

function readingTable(readings: readonly (Reading & { service: string })[]): string {
  const rows = readings.map((r) => [r.readTime, r.reader, r.kind, r.resource, r.caseId, r.service]);
  return table(["when", "who", "what", "of", "case", "at"], rows, "nobody opened anything");
}
