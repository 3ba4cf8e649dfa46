import { existsSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Ask, ThreadError } from "../sqlite/messages.ts";

const MEBIBYTE = 1024 * 1024;
/** Takes what the write-ahead log holds into the file: only then is there room in the log to remove anything. */
const RESERVE = 8 * MEBIBYTE;
/** A store that holds less than this needs no reserve. */
const SMALL = 2 * MEBIBYTE;
const FULL = 13;

/**
 * Room on the store's disk. A reserve file stands beside the store: the first write that finds the disk full gives it up,
 * and from then on only what makes room is done (removing documents and acknowledged events) until there is some again.
 * Big writes stop long before, at a tenth of the disk, so that small ones have that room.
 */
export class Disk {
  readonly #reserve: string;
  readonly #folder: string;
  /** Free pages within the store's file, in bytes. */
  readonly #freeInside: () => number;
  readonly #lowWater: number;
  #isFull = false;
  #written = 0;

  constructor(path: string, freeInside: () => number) {
    this.#reserve = `${path}.reserve`;
    this.#folder = dirname(path);
    this.#freeInside = freeInside;
    const { bsize, blocks } = statfsSync(this.#folder);
    this.#lowWater = Math.min((bsize * blocks) / 10, 2048 * MEBIBYTE);
    this.wrote(statSync(path).size);
  }

  /** So many bytes were written. */
  wrote(bytes: number): void {
    const before = this.#written;
    this.#written += bytes;
    if (before < SMALL && this.#written >= SMALL) this.#keepReserve();
  }

  /** Whether writes are refused. */
  isFull(): boolean {
    // Only with the reserve: without it the next full disk could not be cleaned up.
    if (this.#isFull && this.#room() >= 2 * RESERVE) this.#isFull = !this.#keepReserve(RESERVE + MEBIBYTE);
    return this.#isFull;
  }

  /** The error of what may not be written now: the one that SQLite gives on a full disk. */
  refusal(ask: Ask): ThreadError | undefined {
    const isBulk = ask.do === "insert" && ask.isBulk === true;
    const makesRoom = ask.do === "remove" || ask.do === "taken";
    const isTaken = this.isFull() ? makesRoom : !isBulk || this.#room() >= this.#lowWater;
    if (isTaken) return undefined;
    return { message: "the disk is full", code: "ERR_SQLITE_ERROR", errcode: FULL };
  }

  /** A write found the disk full. */
  giveUp(): void {
    this.#isFull = true;
    rmSync(this.#reserve, { force: true });
  }

  #keepReserve(least = 4 * RESERVE): boolean {
    if (existsSync(this.#reserve)) return true;
    if (free(this.#folder) < least) return false;
    try {
      writeFileSync(this.#reserve, new Uint8Array(RESERVE), { mode: 0o600 });
      return true;
    } catch {
      // No room for it after all: it is kept once there is some.
      rmSync(this.#reserve, { force: true });
      return false;
    }
  }

  #room(): number {
    return free(this.#folder) + this.#freeInside();
  }
}

function free(folder: string): number {
  const { bsize, bavail } = statfsSync(folder);
  return bsize * bavail;
}

export function isFullDisk({ code, errcode }: ThreadError): boolean {
  return code === "ERR_SQLITE_ERROR" && errcode !== undefined && errcode % 256 === FULL;
}
