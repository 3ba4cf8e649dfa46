import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { nouns } from "../src/index.ts";

export const release = (setId: string) => ({
  setId,
  policy: undefined,
  activeReleaseId: "",
  entryCount: 0n,
  counter: 1n,
  activatedTime: undefined,
});

/** A bus, and readers of releases as processes of their own (`fixtures/reader.ts`) that a test can kill. */
export interface ReadersBed extends AsyncDisposable {
  readonly bed: TestBed;
  readonly readers: ChildProcess[];
  publish(setId: string, version?: number, id?: string): Promise<void>;
  /** Starts a reader; readers of one name share a store. */
  start(name?: string, environment?: Record<string, string>): Promise<ChildProcess>;
  /** One line for each handling that began and that ended. */
  journal(): string;
  count(line: string): number;
  /** Waits until the durable has nothing to deliver and nothing in hand. */
  settled(): Promise<unknown>;
  /** Restarts the reader each time it ends by itself, until `done`; returns how often it ended. */
  reviveUntil(done: () => Promise<boolean>, environment?: Record<string, string>): Promise<number>;
}

export async function openReadersBed(): Promise<ReadersBed> {
  const bed = await startTestBed();
  const readers: ChildProcess[] = [];
  const journalFile = join(bed.dir, "journal");
  const journal = () => (existsSync(journalFile) ? readFileSync(journalFile, "utf8") : "");
  async function start(name = "reader", environment: Record<string, string> = {}): Promise<ChildProcess> {
    const identity = await bed.identity("service", "matching");
    const args = [bed.nats.url, identity, `file:${join(bed.dir, name, "store")}`, journalFile];
    const reader = fork(join(import.meta.dirname, "../fixtures/reader.ts"), args, {
      env: { ...process.env, ...environment },
    });
    readers.push(reader);
    return reader;
  }
  return {
    bed,
    readers,
    start,
    journal,
    publish: (setId, version = 1, id) => bed.publish(nouns.release, "activated", setId, version, release(setId), id),
    count: (line) =>
      journal()
        .split("\n")
        .filter((l) => l === line).length,
    settled: () =>
      eventually("nothing pending", async () => {
        const info = await bed.bus.manager.consumers.info("HASHLISTS", "matching-release");
        return info.num_pending === 0 && info.num_ack_pending === 0;
      }),
    async reviveUntil(done, environment) {
      let ends = 0;
      for (let finished = false; !finished;) {
        const reader = await start("reader", environment);
        const died = once(reader, "exit").then(() => true);
        const ended = eventually("done", done, 20_000).then(
          () => false,
          () => false,
        );
        if (await Promise.race([died, ended])) ends++;
        else finished = true;
      }
      return ends;
    },
    async [Symbol.asyncDispose]() {
      for (const reader of readers) if (reader.exitCode === null && reader.signalCode === null) reader.kill("SIGKILL");
      await bed[Symbol.asyncDispose]();
    },
  };
}
