import { Command, Option } from "commander";
import { openCli, type GlobalOptions, type Io } from "./cli.ts";
import { schemesCommand } from "../commands/cases/command-assessment.ts";
import { brakesCommands } from "../commands/cases/command-brakes.ts";
import { busCommands } from "../commands/command-bus.ts";
import { caseCommands } from "../commands/cases/command-case.ts";
import { certsCommands } from "../commands/command-certs.ts";
import { complaintCommands } from "../commands/cases/command-complaint.ts";
import { deadLettersCommands } from "../commands/command-dead-letters.ts";
import { dispatchCommands } from "../commands/command-dispatch.ts";
import { evidenceCommands } from "../commands/command-evidence.ts";
import { holdCommands } from "../commands/police/command-hold.ts";
import { markCommands } from "../commands/police/command-mark.ts";
import { impactCommands } from "../commands/cases/command-impact.ts";
import { noticeCommands } from "../commands/command-notice.ts";
import { providerCommands } from "../commands/command-provider.ts";
import { policyCommands } from "../commands/cases/command-policy.ts";
import { queueCommands } from "../commands/cases/command-queue.ts";
import { referralCommands } from "../commands/police/command-referral.ts";
import { readingsCommands } from "../commands/cases/command-readings.ts";
import { reportCommands } from "../commands/command-report.ts";
import { reviewCommands } from "../commands/cases/command-review.ts";
import { scorecardCommands } from "../commands/command-scorecard.ts";
import { setCommands } from "../commands/sets/command-set.ts";
import { sightingCommands } from "../commands/command-sighting.ts";
import { targetCommands } from "../commands/command-target.ts";
import { unseenCommands } from "../commands/command-unseen.ts";
import { withdrawalCommands } from "../commands/cases/command-withdrawal.ts";
import { exitCodes, failureOf, sentenceOf } from "./failure.ts";

const families = [
  reportCommands,
  complaintCommands,
  setCommands,
  queueCommands,
  policyCommands,
  caseCommands,
  schemesCommand,
  reviewCommands,
  holdCommands,
  markCommands,
  impactCommands,
  brakesCommands,
  referralCommands,
  readingsCommands,
  withdrawalCommands,
  unseenCommands,
  sightingCommands,
  targetCommands,
  providerCommands,
  noticeCommands,
  dispatchCommands,
  scorecardCommands,
  evidenceCommands,
  deadLettersCommands,
  busCommands,
  certsCommands,
];

/** Runs one command line; resolves to its exit code (see `exitCodes`) and never rejects. */
export async function runNtd(argv: readonly string[], io: Io): Promise<number> {
  const program = ntdProgram(io);
  try {
    await program.parseAsync(argv, { from: "user" });
    return exitCodes.ok;
  } catch (error) {
    const failure = failureOf(error);
    if (failure === undefined) return exitCodes.ok;
    const { exitCode, ...told } = failure;
    io.err(argv.includes("--json") ? `${JSON.stringify({ error: told }, undefined, 2)}\n` : `${sentenceOf(failure)}\n`);
    return exitCode;
  }
}

function ntdProgram(io: Io): Command {
  const program = new Command("ntd")
    .description("Talks to the services of the notice-and-takedown platform as the identity that you name.")
    .addHelpText("after", "\nExit codes: 0 done, 1 refused, 2 wrong usage, 3 unavailable or too late.")
    // Faults are printed once, by `runNtd`.
    .configureOutput({ writeOut: io.out, writeErr: io.err, outputError: () => undefined })
    .enablePositionalOptions()
    .exitOverride();
  for (const option of globalOptions()) program.addOption(option);
  let given: GlobalOptions = {};
  program.hook("preAction", (_program, command) => {
    given = globalsOf(command);
  });
  const cli = openCli(io, () => given);
  for (const add of families) add(program, cli);
  for (const command of descendants(program)) takeGlobals(command);
  return program;
}

function globalOptions(): Option[] {
  return [
    new Option("--identity <dir>", "folder with your cert.pem, key.pem and ca.pem (default: NTD_IDENTITY_DIR)"),
    new Option("--endpoints <file>", "JSON file of addresses (default: NTD_ENDPOINTS, else .ntd/run/endpoints.json)"),
    new Option("--request-id <uuid>", "repeat an earlier change safely (default: a new one)"),
    new Option("--json", "print JSON: dates as ISO 8601, bytes as hex, 64-bit numbers as text"),
  ];
}

function descendants(command: Command): readonly Command[] {
  return command.commands.flatMap((child) => [child, ...descendants(child)]);
}

// They may stand behind the command too, unless it has an option of that name itself: `provider put --identity`.
function takeGlobals(command: Command): void {
  for (const option of globalOptions()) {
    if (command.options.every((own) => own.long !== option.long)) command.addOption(option.hideHelp());
  }
}

// The nearest to the command's own words counts.
function globalsOf(command: Command): GlobalOptions {
  if (command.parent === null) return command.opts();
  const isTaken = (name: string) => command.options.some((o) => o.attributeName() === name && o.hidden);
  const own = Object.entries(command.opts()).filter(([name]) => isTaken(name));
  return { ...globalsOf(command.parent), ...Object.fromEntries(own) };
}
