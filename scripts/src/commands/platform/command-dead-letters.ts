import { listDeadLetters, resendDeadLetter } from "@ntd/bus";
import type { Command } from "commander";
import { positiveNumber } from "../../cli/arguments.ts";
import { producer } from "./command-bus.ts";
import type { Cli } from "../../cli/cli.ts";
import { limitOption } from "../../cli/pages.ts";
import { table } from "../../cli/output.ts";

export function deadLettersCommands(program: Command, cli: Cli): void {
  const group = program.command("dead-letters").description("messages that their reader could not handle");
  group
    .command("list")
    .description("dead letters with their reasons, oldest first")
    .addOption(limitOption())
    .option("--after <sequence>", "go on behind this one", positiveNumber)
    .option("--reader <service>", "only those that this service could not handle", producer)
    .action(async (options: ListOptions) => list(cli, options));
  group
    .command("resend")
    .description("send one to its reader again, once its reason is mended")
    .argument("<sequence>", "as list prints it", positiveNumber)
    .action(async (sequence: number) => {
      await cli.bus((bus) => resendDeadLetter(bus, sequence));
      cli.print({ resent: sequence }, () => `dead letter ${sequence} was sent again`);
    });
}

interface ListOptions {
  limit: number;
  after?: number;
  reader?: string;
}

async function list(cli: Cli, { limit, ...query }: ListOptions): Promise<void> {
  const found = await cli.bus((bus) => listDeadLetters(bus, { ...query, limit: limit + 1 }));
  const deadLetters = found.slice(0, limit);
  const next = found.length > limit ? deadLetters.at(-1)?.sequence : undefined;
  cli.print({ deadLetters, ...(next !== undefined && { next }) }, () => {
    const rows = deadLetters.map((d) => [d.sequence, d.reader, d.noun, d.reason, d.detail, d.eventId, d.time]);
    const head = ["sequence", "reader", "noun", "reason", "detail", "event", "time"];
    const more = next === undefined ? "" : `\nThere are more: --after ${next}`;
    return `${table(head, rows, "no dead letters")}${more}`;
  });
}
