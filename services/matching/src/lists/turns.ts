import { setTimeout as delay } from "node:timers/promises";

/** So long lists are unpacked at a stretch, on the thread of those who search, and then they have twice as long. */
const STRETCH_MS = 2;

/** Unpacks a list beside those who search. */
export class Turns {
  #busyMs = 0;

  /** Resolves when whoever waits had a turn. */
  async work(piece: () => void): Promise<void> {
    const began = performance.now();
    piece();
    this.#busyMs += performance.now() - began;
    if (this.#busyMs < STRETCH_MS) return;
    await delay(2 * this.#busyMs);
    this.#busyMs = 0;
  }
}
