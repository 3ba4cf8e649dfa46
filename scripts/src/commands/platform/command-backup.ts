import { BackupServiceService } from "@ntd/proto/operations/v1/backup_service";
import type { RpcClient } from "@ntd/rpc";
import { isUnserved } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import type { Command } from "commander";
import { backUp } from "../../backup/backup.ts";
import type { Clients } from "../../backup/barrier.ts";
import { inNewFolder } from "../../backup/folder.ts";
import type { Manifest } from "../../backup/manifest.ts";
import type { Cli } from "../../cli/cli.ts";
import { listing } from "../../cli/output.ts";

/** Of a call; copies last as long as they take. */
const DEADLINE_MS = 10_000;

export function backupCommand(program: Command, cli: Cli): void {
  program
    .command("backup")
    .description("copy every store as it was at one moment, while the platform runs, and what only the bus holds")
    .argument("<dir>", "a new folder, apart from the keys: they are not in a backup")
    .action(async (named: string) => {
      const manifest = await withStores(cli, async (clients) =>
        inNewFolder(named, (dir) => cli.bus((bus) => backUp(dir, clients, bus))),
      );
      cli.print({ dir: named, ...manifest }, () => told(named, manifest));
    });
}

function told(dir: string, { barrierTime, barrierMs, files }: Manifest): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return listing({
    backup: dir,
    "as of": new Date(barrierTime),
    "writes waited": `${barrierMs} ms`,
    files: `${files.length}, ${(bytes / 2 ** 20).toFixed(1)} MiB`,
  });
}

/** Every service of the endpoints that has a store. */
async function withStores<R>(cli: Cli, use: (clients: Clients) => Promise<R>): Promise<R> {
  const clients = new Map<string, RpcClient<typeof BackupServiceService>>();
  async function connected(names: readonly string[]): Promise<R> {
    const [name, ...rest] = names;
    if (name === undefined) return use(clients);
    return cli.call(
      name,
      BackupServiceService,
      async (client) => {
        if (await hasStore(client)) clients.set(name, client);
        return connected(rest);
      },
      DEADLINE_MS,
    );
  }
  return connected(cli.services().map(({ name }) => name));
}

async function hasStore(client: RpcClient<typeof BackupServiceService>): Promise<boolean> {
  return client.abort({ holdId: "" }).then(
    () => true,
    (error: unknown) => {
      if (error instanceof Problem && isUnserved(error)) return false;
      throw error;
    },
  );
}
