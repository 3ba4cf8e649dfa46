import { readdirSync, readFileSync, statfsSync } from "node:fs";
import { ROOM } from "./room.ts";

const MIB = 1024 * 1024;

/** A process and all that descend from it. */
export function household(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(household)];
}

/**
 * Memory that these hold that is no file's, and that their `/tmp` takes, in MB: what they share is counted for each, so
 * that it is never more than that.
 */
export function heldMb(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + ofOne(pid), 0) / 1024 + tempMb(pids.at(-1));
}

function tempMb(pid: number | undefined): number {
  try {
    const { bsize, blocks, bfree } = statfsSync(`/proc/${pid}/root/tmp`);
    const isOwn = (blocks * bsize) / MIB === ROOM.tempMb;
    return isOwn ? ((blocks - bfree) * bsize) / MIB : 0;
  } catch {
    return 0;
  }
}

function childrenOf(pid: number): number[] {
  try {
    const tasks = readdirSync(`/proc/${pid}/task`);
    const lists = tasks.map((task) => readFileSync(`/proc/${pid}/task/${task}/children`, "latin1"));
    return lists.flatMap((list) => list.split(" ").filter(Boolean).map(Number));
  } catch {
    // It has ended meanwhile.
    return [];
  }
}

function ofOne(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "latin1");
    return [...status.matchAll(/^Rss(?:Anon|Shmem):\s+(\d+) kB$/gm)].reduce((sum, [, kb]) => sum + Number(kb), 0);
  } catch {
    return 0;
  }
}
