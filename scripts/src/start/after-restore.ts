import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { giveBack, letterStreams, type Bus } from "@ntd/bus";
import { OperationsServiceService } from "@ntd/proto/operations/v1/operations_service";
import { connect, isUnserved } from "@ntd/rpc";
import { Problem, writeWhole } from "@ntd/service";
import { lettersIn } from "../backup/backup.ts";
import { afterRestoreFile, staged, type AfterRestore } from "../backup/restore.ts";

interface Restored {
  dir: string;
  bus: Bus;
  /** host:port by service. */
  endpoints: Readonly<Record<string, string>>;
  /** Folder of an operator. */
  identityDir: string;
}

/**
 * After a restore the bus is empty: what only it held is given back, and every service tells everything again. Killed in
 * between, it goes on with the stream it was at, and all is told again: what comes twice changes nothing. Says whether there
 * was anything to do.
 */
export async function finishRestore({ dir, bus, endpoints, identityDir }: Restored): Promise<boolean> {
  const file = afterRestoreFile(dir);
  if (!existsSync(file)) return false;
  const after = JSON.parse(await readFile(file, "utf8")) as AfterRestore;
  if (after.isDone) return false;
  for (const stream of letterStreams) {
    const kept = join(staged(dir), `${stream}.ndjson`);
    if (!existsSync(kept)) continue;
    for await (const letter of lettersIn(kept)) await giveBack(bus, stream, letter);
    // What follows may take longer than the bus remembers what it was given.
    await rm(kept);
  }
  for (const [name, address] of Object.entries(endpoints)) if (name !== "nats") await republish(address, identityDir);
  await rm(staged(dir), { recursive: true, force: true });
  await writeWhole(file, JSON.stringify({ ...after, isDone: true }));
  return true;
}

/** Of every aggregate of a large store: as long as that takes. */
const DEADLINE_MS = 24 * 3_600_000;

async function republish(address: string, identityDir: string): Promise<void> {
  await using client = connect(OperationsServiceService, { address, identityDir, deadlineMs: DEADLINE_MS });
  await client.republish({}).catch((error: unknown) => {
    if (!(error instanceof Problem) || !isUnserved(error)) throw error;
  });
}
