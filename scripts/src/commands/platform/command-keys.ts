import { readFile } from "node:fs/promises";
import {
  keyLives,
  parseData,
  readPeriods,
  readSealingKeys,
  withHold,
  withMonth,
  withoutHold,
  writeSealingKeys,
  type KeyLife,
  type LegalHold,
} from "@ntd/service";
import { InvalidArgumentError, Option, type Command } from "commander";
import { instant } from "../../cli/arguments.ts";
import type { Cli } from "../../cli/cli.ts";
import { UsageError } from "../../cli/failure.ts";
import { listing, table } from "../../cli/output.ts";
import { deployed } from "../../platform/deployed.ts";

export function keysCommands(program: Command, cli: Cli): void {
  const group = program.command("keys").description("sealing keys: who holds their file brings and erases them");
  const periods = ["--periods <file>", "how long each class is kept", deployed("retention.yaml")] as const;
  group
    .command("list")
    .description("the keys of a file by class and month, and what comes of each")
    .argument("<file>")
    .option(...periods)
    .action(async (file: string, options: Options) => {
      const now = new Date();
      const keys = new Map(readSealingKeys(file).map(({ id, holds = [] }) => [id, holds] as const));
      const standing = (id: string) => (keys.get(id) ?? []).filter(({ until }) => new Date(until) > now);
      const lives = (await livesOf(file, options)).map((life) => ({ ...life, holds: standing(life.id) }));
      cli.print(lives, () => table(head, lives.map(row)));
    });
  group
    .command("add")
    .description("draw the keys of a month for each class that has none; services seal with them once it begins")
    .argument("<file>")
    .option("--month <YYYY-MM>", "the month (default: the next)", month)
    .action(async (file: string, options: { month?: string }) => {
      const before = readSealingKeys(file);
      const keys = withMonth(before, options.month ?? nextMonth(new Date()));
      const added = keys.slice(before.length).map(({ id }) => id);
      if (added.length > 0) await writeSealingKeys(file, keys);
      cli.print({ added }, () => listing({ added: added.join(", ") || "nothing, all are there" }));
    });
  group
    .command("erase")
    .description(
      "take out the keys that are past their period: what they sealed cannot be opened again, here or in a copy",
    )
    .argument("<file>")
    .option(...periods)
    .option("--yes", "erase them unasked", false)
    .action(async (file: string, options: Options & { yes: boolean }) => {
      const due = await dueIn(file, options);
      if (due.length > 0 && !(await isMeant(cli, due, options.yes))) throw new UsageError("nothing was erased");
      // While somebody was asked, a legal hold may have come: what is erased cannot be brought back.
      const still = new Set((await dueIn(file, options)).map(({ id }) => id));
      const ids = due.flatMap(({ id }) => (still.has(id) ? [id] : []));
      const left = readSealingKeys(file).filter(({ id }) => !ids.includes(id));
      if (ids.length > 0) await writeSealingKeys(file, left);
      cli.print({ erased: ids }, () => listing({ erased: ids.join(", ") || "nothing, none is due" }));
    });
  legalHolds(group, cli);
}

function legalHolds(group: Command, cli: Cli): void {
  group
    .command("hold")
    .description("keep keys beyond their period, since what they sealed is evidence: by class and month, of all cases")
    .argument("<file>")
    .argument("<key...>", "such as address-2026-11: the months in which texts of the case were sealed")
    .requiredOption("--reference <text>", "of the police or court that asks for it")
    .requiredOption("--reason <text>", "why")
    .requiredOption("--by <person>", "who sets it; somebody else lifts it")
    .addOption(new Option("--until <instant>", "when it ends by itself").argParser(instant).makeOptionMandatory())
    .action(async (file: string, ids: string[], { until, ...said }: HoldOptions) => {
      const hold = { ...said, until: until.toISOString() };
      await writeSealingKeys(file, withHold(readSealingKeys(file), ids, hold, new Date()));
      cli.print({ held: ids, until }, () => listing({ held: ids.join(", "), until: until.toISOString() }));
    });
  group
    .command("lift")
    .description("lift a legal hold: what is past its period is due")
    .argument("<file>")
    .requiredOption("--reference <text>", "the hold's")
    .requiredOption("--by <person>", "who lifts it; not who set it")
    .action(async (file: string, { reference, by }: { reference: string; by: string }) => {
      await writeSealingKeys(file, withoutHold(readSealingKeys(file), reference, by));
      cli.print({ lifted: reference }, () => listing({ lifted: reference }));
    });
}

interface HoldOptions {
  reference: string;
  reason: string;
  by: string;
  until: Date;
}

interface Options {
  periods: string;
}

const head = ["key", "state", "due from", "legal holds"];

// A hold stands also on a key that is not due yet, and is lifted by its reference.
function row({ id, state, dueTime, holds }: KeyLife & { holds: readonly LegalHold[] }) {
  const held = holds.map(({ reference, until }) => `${reference} (until ${until.slice(0, 10)})`);
  return [id, state, dueTime?.toISOString().slice(0, 10) ?? "", held.join(", ")];
}

async function livesOf(file: string, options: Options): Promise<KeyLife[]> {
  const periods = parseData(await readFile(options.periods, "utf8"), options.periods, readPeriods);
  return keyLives(readSealingKeys(file), periods, new Date());
}

async function dueIn(file: string, options: Options): Promise<KeyLife[]> {
  return (await livesOf(file, options)).filter(({ state }) => state === "due");
}

async function isMeant(cli: Cli, due: readonly KeyLife[], yes: boolean): Promise<boolean> {
  const which = due.map(({ id }) => id).join(", ");
  return yes || cli.ask(`Erase ${which}? What they sealed is gone for good.`);
}

function nextMonth(now: Date): string {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)).toISOString().slice(0, 7);
}

function month(text: string): string {
  if (/^20\d{2}-(0[1-9]|1[0-2])$/.test(text)) return text;
  throw new InvalidArgumentError("It is no month such as 2026-12.");
}
