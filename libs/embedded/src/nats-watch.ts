import { readdir, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { applyBus, brokenStreams, type Bus } from "@ntd/bus";
import { startLoop, type Loop } from "@ntd/service";
import { adjustment, roomFor, type DiskUse } from "./nats-room.ts";
import type { Nats } from "./nats.ts";

export type NatsWatchOptions = {
  /** The server's folder. */
  dir: string;
  nats: Nats;
  /** An operator's connection: only who may purge a stream is told that it is broken. */
  bus: Bus;
  /** So much of the disk is for others, in bytes. Default: a share of it. */
  reserveBytes?: number;
  /** Told what is done to the server, and why. */
  say: (line: string) => void;
  periodMs?: number;
  /** One that answers nothing for so long is ended and started again. Default 30 s. */
  silentMs?: number;
};

/** After a restart that did not help the next one waits longer. */
const FIRST_REST_MS = 10_000;
const LONGEST_REST_MS = 600_000;
/** So little is no room for a message. */
const LEAST_FREE = 4 * 2 ** 20;

/**
 * Looks after a nats-server: raises or lowers its bound as the disk changes, restarts it when it refuses every write
 * since its disk was full and there is room again, and when it answers nothing.
 */
export function watchNats(options: NatsWatchOptions): Loop {
  const { dir, nats, bus, reserveBytes, say, periodMs = 10_000, silentMs = 30_000 } = options;
  let restMs = FIRST_REST_MS;
  let notBefore = 0;
  let silentSince: number | undefined;
  async function restart(why: string, signal?: "SIGKILL"): Promise<void> {
    if (performance.now() < notBefore) return;
    notBefore = performance.now() + restMs;
    restMs = Math.min(LONGEST_REST_MS, restMs * 2);
    silentSince = undefined;
    say(`nats-server ${why}; it is restarted`);
    if (signal !== undefined) await nats.kill(signal);
    await nats.restart();
  }
  async function fit(disk: DiskUse): Promise<void> {
    if (nats.room === undefined) return;
    const what = adjustment(nats.room, disk, reserveBytes);
    if (what === "raise") {
      await nats.reload(roomFor(disk, reserveBytes));
      // Streams that were cut short on a small disk go on growing.
      await applyBus(bus.manager);
    }
    if (what === "lower") await restart("may take more than the disk has left");
  }
  return startLoop("watch nats-server", periodMs, bus.log, async () => {
    // One that ended is revived by who started it.
    if (nats.pid === 0) return;
    const broken = await brokenStreams(bus).catch(() => undefined);
    if (broken === undefined) {
      silentSince ??= performance.now();
      if (performance.now() - silentSince > silentMs) {
        await restart(`has answered nothing for ${silentMs / 1000} s`, "SIGKILL");
      }
      return;
    }
    silentSince = undefined;
    // Measured once it is known to be broken: of a disk that filled meanwhile the room of before says nothing.
    const free = await freeIn(dir);
    // A server that is started on a full disk is broken at once.
    if (free < LEAST_FREE) return;
    if (broken.length === 0) {
      if (performance.now() > notBefore + restMs) restMs = FIRST_REST_MS;
      // The server knows what it holds: hundreds of files need not be looked at each time.
      return fit({ used: (await bus.manager.getAccountInfo()).storage, free });
    }
    await restart(`refuses every write to ${broken.join(", ")} since its disk was full, and there is room again`);
  });
}

/** What the streams in a server's folder take of their disk, and what is free there. */
export async function diskUse(dir: string): Promise<DiskUse> {
  return { used: await sizeOf(join(dir, "streams")), free: await freeIn(dir) };
}

async function freeIn(dir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dir);
  return bavail * bsize;
}

// As the disk counts: in blocks of 512 bytes. What goes meanwhile counts nothing.
async function sizeOf(dir: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(dir, { withFileTypes: true }).catch(() => [])) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) bytes += await sizeOf(path);
    else
      bytes += await stat(path).then(
        ({ blocks }) => blocks * 512,
        () => 0,
      );
  }
  return bytes;
}
