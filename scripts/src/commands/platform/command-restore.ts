import { RestoreServiceService, type Restored } from "@ntd/proto/operations/v1/restore_service";
import { derivedId, Problem, systemClock } from "@ntd/service";
import type { Command } from "commander";
import { KEPT_STILL, restore } from "../../backup/restore.ts";
import type { Cli } from "../../cli/cli.ts";
import { table } from "../../cli/output.ts";
import { lockFolder } from "../../start/lock.ts";

export function restoreCommands(program: Command, cli: Cli): void {
  const group = program.command("restore").description("bring a backup back, and let the platform go on after it");
  group
    .command("from")
    .description("bring the stores of a backup back into a platform's folder in which nothing runs; then start it")
    .argument("<backup>", "the backup's folder")
    .requiredOption("--data <dir>", "the platform's folder, with its keys and journals")
    .action(async (backup: string, { data }: { data: string }) => {
      using _ = lockFolder(data);
      const done = await restore({ backup, dir: data, clock: systemClock });
      cli.print(done, () => told(done.text, done.digest, done.aside));
    });
  group
    .command("show")
    .description("whether a restore keeps the platform still, and who has lifted it")
    .action(async () => {
      const all = await Promise.all(
        runningOf(cli).map(async (service) => {
          const { restored } = await cli.call(service, RestoreServiceService, (client) => client.getRestore({}));
          return { service, restored };
        }),
      );
      cli.print(all, () => restoreTable(all));
    });
  group
    .command("lift")
    .description("say that you have read the difference; the second of two operators lets the platform go on")
    .requiredOption("--difference <digest>", "of what `restore from` printed; it stands in restored.txt, too")
    .action(async ({ difference }: { difference: string }) => {
      const all: Line[] = [];
      for (const service of runningOf(cli)) all.push(await lifted(cli, service, difference));
      const [first] = all;
      if (first?.refused !== undefined && all.every(({ refused }) => refused !== undefined)) throw first.refused;
      cli.print(
        all.map(({ service, restored }) => ({ service, restored })),
        () => restoreTable(all),
      );
    });
}

/** Whatever need not run is asked where it does; who starts it later lifts it then. */
function runningOf(cli: Cli): string[] {
  const names = new Set(cli.services().map(({ name }) => name));
  return KEPT_STILL.filter((service) => service !== "exchange" || names.has(service));
}

interface Line {
  service: string;
  restored: Restored | undefined;
  refused?: Problem;
}

/** One that has this person's word already is passed over: of two services one may have been away the first time. */
async function lifted(cli: Cli, service: string, difference: string): Promise<Line> {
  const requestId = derivedId("lift restore", cli.requestId(), service);
  return cli.call(service, RestoreServiceService, async (client): Promise<Line> => {
    try {
      return { service, ...(await client.liftRestore({ requestId, difference })) };
    } catch (error) {
      const refused = Problem.from(error);
      if (refused.reason !== "SAME_PERSON" && refused.reason !== "WRONG_STATE") throw error;
      return { service, ...(await client.getRestore({})), refused };
    }
  });
}

function restoreTable(all: readonly Line[]): string {
  const rows = all.map(({ service, restored }) => [
    service,
    restored === undefined ? "never restored" : restored.liftedTime === undefined ? "keeps still" : "goes on",
    restored?.backupTime,
    restored?.restoredTime,
    restored?.liftedBy ?? [],
    restored?.difference ?? "",
  ]);
  return table(["service", "state", "backup of", "restored", "lifted by", "difference"], rows);
}

function told(text: string, digest: string, aside: string): string {
  return `${text}
What stood there before is in ${aside}.
Start the platform; no notice leaves, nobody is looked at and no partner is asked before two operators have read this:
  ntd restore lift --difference ${digest}
`;
}
