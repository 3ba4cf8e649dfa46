import { listDeadLetters, resendDeadLetter } from "@ntd/bus";
import type { Command } from "commander";
import { positiveNumber } from "../cli/arguments.ts";
import type { Cli } from "../cli/cli.ts";
import { table } from "../cli/output.ts";

export function deadLettersCommands(program: Command, cli: Cli): void {
  const group = program.command("dead-letters").description("messages that their reader could not handle");
  group
    .command("list")
    .description("every dead letter with its reason, oldest first")
    .action(async () => list(cli));
  group
    .command("resend")
    .description("send one to its reader again, once its reason is mended")
    .argument("<sequence>", "as list prints it", positiveNumber)
    .action(async (sequence: number) => {
      await cli.bus((bus) => resendDeadLetter(bus, sequence));
      cli.print({ resent: sequence }, () => `dead letter ${sequence} was sent again`);
    });
}

async function list(cli: Cli): Promise<void> {
  const deadLetters = await cli.bus(listDeadLetters);
  cli.print({ deadLetters }, () => {
    const rows = deadLetters.map((d) => [d.sequence, d.reader, d.noun, d.reason, d.detail, d.eventId, d.time]);
    return table(["sequence", "reader", "noun", "reason", "detail", "event", "time"], rows, "no dead letters");
  });
}
