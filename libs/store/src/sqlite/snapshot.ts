import { read } from "node:fs";
import { promisify } from "node:util";
import { failpoint, Problem } from "@ntd/service";
import type { Snapshot } from "../port.ts";
import type { Client } from "./client.ts";
import { answeredBySqlite } from "./errors.ts";

const CHUNK = 256 * 1024;

/** How a store is held and copied while it is written to; one at a time. */
export function snapshotsOf(client: Client): (leaseMs: number) => Promise<Snapshot> {
  let isTaken = false;
  return async (leaseMs) => {
    if (isTaken) throw new Problem("WRONG_STATE", "This store is being copied already. Try again when that has ended.");
    isTaken = true;
    try {
      return await answeredBySqlite(() => held(client, leaseMs, () => (isTaken = false)));
    } catch (error) {
      isTaken = false;
      throw error;
    }
  };
}

async function held(client: Client, leaseMs: number, ended: () => void): Promise<Snapshot> {
  await client.ask("settle", {});
  const letGo = client.hold();
  let isHeld = true;
  function release(): boolean {
    const was = isHeld;
    isHeld = false;
    clearTimeout(lease);
    letGo();
    return was;
  }
  // Whoever asked for it may be dead by now.
  const lease = setTimeout(release, leaseMs);
  try {
    await client.ask("freeze", {});
  } catch (error) {
    release();
    throw error;
  }
  failpoint("store.held");
  let thawing: Promise<{ isWhole: boolean }> | undefined;
  const thawed = () => (thawing ??= answeredBySqlite(() => client.ask("thaw", {})).finally(ended));
  return {
    release,
    async *bytes() {
      yield* fileBytes(client, () => thawing !== undefined);
      const { isWhole } = await thawed();
      if (!isWhole) throw new Problem("STORE_FULL", "The disk of the store was full while it was copied. Make room.");
    },
    async [Symbol.asyncDispose]() {
      release();
      await thawed().catch(() => undefined);
    },
  };
}

async function* fileBytes(client: Client, isEnded: () => boolean): AsyncIterable<Uint8Array> {
  const { file, size } = client.file();
  for (let at = 0; at < size;) {
    if (isEnded()) throw new Problem("WRONG_STATE", "This copy was aborted.");
    const length = Math.min(CHUNK, size - at);
    const { bytesRead, buffer } = await promisify(read)(file, new Uint8Array(length), 0, length, at);
    if (bytesRead === 0) throw new Problem("INTERNAL", "The store's file ended before its end.");
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
  failpoint("store.copied");
}
