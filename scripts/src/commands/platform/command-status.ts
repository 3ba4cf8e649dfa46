import { setTimeout as delay } from "node:timers/promises";
import { InvalidArgumentError, type Command } from "commander";
import { positiveNumber } from "../../cli/arguments.ts";
import type { Cli } from "../../cli/cli.ts";
import { Ended, exitCodes } from "../../cli/failure.ts";
import { needsOf } from "../../status/needs.ts";
import { observe } from "../../status/observe.ts";
import { statusScreen } from "../../status/status-screen.ts";

const WATCH_SECONDS = 5;
/** A timer of more than 24 days goes off at once. */
const MOST_SECONDS = 86_400;

export function statusCommands(program: Command, cli: Cli): void {
  program
    .command("status")
    .description("how each service is, and what needs a hand first; ends with 4 when something does")
    .option("--watch [seconds]", `again and again, every ${WATCH_SECONDS} s unless said otherwise`, seconds)
    .action(async ({ watch }: { watch?: number | true }) => {
      for (;;) {
        const observation = await observe(cli);
        const needs = needsOf(observation);
        if (watch !== undefined) cli.clear();
        cli.print({ ...observation, needs }, () => statusScreen(observation));
        if (watch === undefined && needs.length > 0) throw new Ended(exitCodes.needsHand);
        if (watch === undefined) return;
        await delay((watch === true ? WATCH_SECONDS : watch) * 1000);
      }
    });
}

function seconds(text: string): number {
  const value = positiveNumber(text);
  if (value <= MOST_SECONDS) return value;
  throw new InvalidArgumentError(`It is more than a day (${MOST_SECONDS}).`);
}
