import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { openStore } from "../src/index.ts";
import { readJournal } from "../src/offline/index.ts";
import { dir } from "./adapters.ts";

const program = join(import.meta.dirname, "journal-writer.ts");

/** The highest version that the writer said of each document until it was killed. */
async function killedAt(failpoint: string, at: readonly string[]): Promise<Map<string, number>> {
  const env = { ...process.env, NTD_FAILPOINT: failpoint };
  const child = spawn(process.execPath, [program, ...at], { env, stdio: ["ignore", "pipe", "inherit"] });
  const said = new Map<string, number>();
  for await (const line of createInterface({ input: child.stdout })) {
    const [id = "", version] = line.split(" ");
    said.set(id, Number(version));
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  expect(child.signalCode).toBe("SIGKILL");
  return said;
}

test.each(["journal.rewritten", "journal.renamed", "journal.appended.cases"])(
  "killed at %s while it is written anew again and again: everything that was answered stands in it",
  async (point) => {
    const [path, journal] = [join(dir, `${point}.sqlite`), join(dir, point, "cases.journal")];
    for (const nth of [1, 2]) {
      const said = await killedAt(`${point}:${point.includes("appended") ? 60 * nth : nth}`, [path, journal]);
      expect(said.size).toBe(4);
      const entries = await Array.fromAsync(readJournal(journal));
      const versions = new Map(entries.map(({ id, version }) => [id, version]));
      for (const [id, version] of said) expect(versions.get(id)).toBeGreaterThanOrEqual(version);
      await using store = await openStore(`file:${path}`, { journal });
      expect(store.damagedJournalBytes).toBe(0);
    }
  },
  120_000,
);
