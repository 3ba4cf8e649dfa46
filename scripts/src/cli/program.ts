import { releaseVersion } from "@ntd/service/version";
import { Option, type Command } from "commander";
import { openCli, type Cli, type GlobalOptions, type Io } from "./cli.ts";
import { families, type Family } from "./families.ts";
import { harmlessJson } from "./harmless.ts";
import { NtdCommand } from "./ntd-command.ts";
import { resolveIds } from "./short-ids.ts";
import { Ended, exitCodes, failureOf, sentenceOf } from "./failure.ts";

/** Runs one command line; resolves to its exit code (see `exitCodes`) and never rejects. */
export async function runNtd(argv: readonly string[], io: Io): Promise<number> {
  let flags: string[] = [];
  try {
    const program = await ntdProgram(io, commandIn(argv));
    program.hook("preAction", (_program, used) => {
      flags = used.options.flatMap(({ long }) => long ?? []);
    });
    await program.parseAsync(argv, { from: "user" });
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof Ended) return error.exitCode;
    const failure = failureOf(error);
    if (failure === undefined) return exitCodes.ok;
    const { exitCode, ...told } = failure;
    const json = () => harmlessJson(JSON.stringify({ error: told }, undefined, 2));
    io.err(`${argv.includes("--json") ? json() : sentenceOf(failure, flags)}\n`);
    return exitCode;
  }
}

/**
 * The whole command line, of which one family is loaded: loading all of them takes longer than most calls.
 *
 * @param command the one that is used.
 * @param isWhole loads all of them.
 */
export async function ntdProgram(io: Io, command: string | undefined, isWhole = false): Promise<Command> {
  const program = new NtdCommand("ntd")
    .description("Talks to the services of the notice-and-takedown platform as the identity that you name.")
    .version(releaseVersion(), "--version", "print the release")
    .addHelpText(
      "after",
      "\nExit codes: 0 done, 1 refused, 2 wrong usage, 3 unavailable or too late, 4 something needs a hand (status).",
    )
    // Faults are printed once, by `runNtd`.
    .configureOutput({ writeOut: io.out, writeErr: io.err, outputError: () => undefined })
    .enablePositionalOptions()
    .exitOverride();
  for (const option of globalOptions()) program.addOption(option);
  let given: GlobalOptions = {};
  program.hook("preAction", async (_program, used) => {
    if (used instanceof NtdCommand) used.requireValid();
    given = globalsOf(used);
    cli.prepare();
    await resolveIds(used, async (kind) => (await import("./listed-ids.ts")).listedIds(cli, kind));
  });
  const cli = openCli(io, () => given);
  for (const family of families) {
    const isUsed = command !== undefined && Object.hasOwn(family.names, command);
    if (isUsed || isWhole) await add(program, family, cli);
    else
      for (const [name, words] of Object.entries(family.names)) {
        program.command([name, ...(family.takes ?? [])].join(" ")).description(words);
      }
  }
  for (const one of descendants(program)) takeGlobals(one);
  return program;
}

async function add(program: Command, family: Family, cli: Cli): Promise<void> {
  const addTo = await family.load();
  addTo(program, cli);
}

/** The command that a line uses: its first word that is no option and no option's value; of `help X`, X. */
export function commandIn(argv: readonly string[]): string | undefined {
  const valued = globalOptions().filter(({ required }) => required);
  const words = argv.filter((word, at) => {
    const isValue = valued.some(({ long }) => long === argv[at - 1]);
    return !isValue && !word.startsWith("-");
  });
  return words[0] === "help" ? words[1] : words[0];
}

function globalOptions(): Option[] {
  return [
    new Option("--identity <dir>", "folder with your cert.pem, key.pem and ca.pem (default: NTD_IDENTITY_DIR)"),
    new Option("--endpoints <file>", "JSON file of addresses (default: NTD_ENDPOINTS, else .ntd/run/endpoints.json)"),
    new Option("--request-id <uuid>", "repeat an earlier change safely (default: a new one)"),
    new Option("--json", "print JSON: dates as ISO 8601, bytes as hex, 64-bit numbers as text"),
    new Option("--color <when>", "colour what matters (default: auto, on a terminal)").choices([
      "auto",
      "always",
      "never",
    ]),
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
