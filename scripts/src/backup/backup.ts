import { createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { letterStreams, storedLetters, type Bus, type StoredLetter } from "@ntd/bus";
import { failpoint, releaseVersion } from "@ntd/service";
import { checkedCopy } from "@ntd/store/offline";
import { abortAll, barrier, asked, type Barrier, type Clients } from "./barrier.ts";
import { sealedFile, writeManifest, type BackupFile, type Manifest } from "./manifest.ts";

/**
 * Copies every store as it was at one moment, and what only the bus holds, into `dir`. The manifest comes last: killed at
 * any moment, it leaves no folder that looks like a backup, and what it held is given back.
 */
export async function backUp(dir: string, clients: Clients, bus: Bus): Promise<Manifest> {
  // Connected before the first of them waits.
  await Promise.all(
    [...clients.keys()].map(async (name) => asked(clients, name, (client) => client.abort({ holdId: "" }))),
  );
  const moment = await barrier(clients);
  failpoint("backup.released");
  const files = await copiedAll(dir, clients, moment);
  failpoint("backup.copied");
  // One after the other, and only now: to check a file takes this process, and a copy that waits is given up.
  const stores = [];
  for (const [service, path] of files) {
    const collections = checkedCopy(path);
    stores.push({ ...(await sealedFile(path)), service, collections });
  }
  const streams: BackupFile[] = [];
  for (const stream of letterStreams) streams.push(await lettersOf(dir, bus, stream));
  const manifest: Manifest = {
    format: 1,
    version: releaseVersion(),
    barrierTime: moment.time.toISOString(),
    barrierMs: moment.heldMs,
    files: [...stores, ...streams],
  };
  failpoint("backup.written");
  await writeManifest(dir, manifest);
  return manifest;
}

async function copiedAll(dir: string, clients: Clients, { holds }: Barrier): Promise<Map<string, string>> {
  const paths = [...clients.keys()].map((name) => [name, join(dir, `${name}.sqlite`)] as const);
  const copied = paths.map(async ([name, path]) => {
    await asked(clients, name, async (client) => {
      const parts = client.copy({ holdId: holds.get(name) ?? "" });
      const bytes = Readable.from(parts, { objectMode: true }).map(({ data }: { data: Uint8Array }) => data);
      await pipeline(bytes, createWriteStream(path, { mode: 0o600, flags: "wx" }));
    });
  });
  try {
    await Promise.all(copied);
  } finally {
    // What is whole already is not there any more. Nothing is written any more when this ends.
    await abortAll(clients, holds);
    await Promise.allSettled(copied);
  }
  return new Map(paths);
}

/** One message a line, as JSON. */
async function lettersOf(dir: string, bus: Bus, stream: (typeof letterStreams)[number]): Promise<BackupFile> {
  const path = join(dir, `${stream}.ndjson`);
  let messages = 0;
  async function* lines(): AsyncIterable<string> {
    for await (const letter of storedLetters(bus, stream)) {
      yield `${lineOf(letter)}\n`;
      messages++;
    }
  }
  await pipeline(lines, createWriteStream(path, { mode: 0o600, flags: "wx" }));
  return { ...(await sealedFile(path)), stream, messages };
}

/** What `lettersOf` wrote. */
export async function* lettersIn(path: string): AsyncIterable<StoredLetter> {
  await using file = await open(path);
  for await (const line of file.readLines()) {
    const { time, data, ...letter } = JSON.parse(line) as Omit<StoredLetter, "time" | "data"> &
      Record<"time" | "data", string>;
    yield { ...letter, time: new Date(time), data: Buffer.from(data, "base64") };
  }
}

function lineOf({ data, ...letter }: StoredLetter): string {
  return JSON.stringify({ ...letter, data: Buffer.from(data).toString("base64") });
}
