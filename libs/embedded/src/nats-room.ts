/** What of a disk the streams have and what nobody has, in bytes. */
export type DiskUse = { used: number; free: number };

const MIB = 2 ** 20;
/** The streams of the catalogue ask for less. */
const MOST = 8 * 1024 * MIB;
const LARGEST_RESERVE = 2 * 1024 * MIB;
/** Below this nobody is far from a full disk. */
const SCARCE = 512 * MIB;

/**
 * How much the streams may take, so that nats-server refuses with a reason before its disk is full: after a write that
 * found no room it refuses every one until it is restarted. Stores and logs on the same disk have the reserve.
 */
export function roomFor({ used, free }: DiskUse, reserve = Math.min(LARGEST_RESERVE, (used + free) / 4)): number {
  // 0 would mean no bound.
  return Math.max(MIB, Math.min(MOST, Math.floor(used + free - reserve)));
}

/**
 * What is to be done when the disk has changed: more room is told to the running server, less takes a restart, which
 * waits until the disk is so scarce that the old promise could fill it.
 */
export function adjustment(room: number, disk: DiskUse, reserve?: number): "nothing" | "raise" | "lower" {
  const now = roomFor(disk, reserve);
  if (now > room * 1.1) return "raise";
  const promised = room - disk.used;
  return now < room && disk.free < SCARCE && promised > disk.free ? "lower" : "nothing";
}
