import type { Health } from "@ntd/service";
import type { Collection } from "@ntd/store";
import type { Bus } from "../connection.ts";
import { sendAll, sendProblem, type SendReason } from "./send.ts";

/** Documents whose events are on their way at a time. */
const IN_FLIGHT = 64;
/** Documents that wait in memory; a sweep finds the others. */
const MAX_WAITING = 10_000;
const holding = ["STREAM_FULL", "BUS_UNAVAILABLE", "BUS_BROKEN", "INTERNAL"] as const satisfies SendReason[];

interface Sending {
  collection: Collection<unknown, string>;
  id: string;
}

/**
 * Documents with events to send: many at a time, each by one, whoever came first first. What the bus refuses holds all
 * until `resume`; an event that no bus would take holds its own document, and is told once.
 */
export class Outgoing {
  readonly #bus: Bus;
  readonly #health: Health;
  readonly #waiting = new Map<string, Sending>();
  readonly #sending = new Map<string, Promise<void>>();
  readonly #refused = new Set<string>();
  #held = false;
  #full = false;

  constructor(bus: Bus, health: Health) {
    this.#bus = bus;
    this.#health = health;
  }

  /**
   * This document has events; said again while it is on its way, it goes again, for what came meanwhile. False for one
   * that cannot leave.
   */
  add(collection: Collection<unknown, string>, id: string): boolean {
    const key = keyOf(collection, id);
    if (this.#refused.has(key)) return false;
    if (this.#waiting.size < MAX_WAITING) this.#waiting.set(key, { collection, id });
    else this.#full = true;
    this.#pump();
    return true;
  }

  isOnItsWay(collection: Collection<unknown, string>, id: string): boolean {
    return this.#sending.has(keyOf(collection, id));
  }

  resume(): void {
    this.#held = false;
    this.#full = false;
    this.#pump();
  }

  /** Waits until all have left or are held; true when there was more than it could remember. */
  async settled(): Promise<boolean> {
    while (this.#sending.size > 0) await Promise.race(this.#sending.values());
    return this.#full && !this.#held;
  }

  get isHeld(): boolean {
    return this.#held;
  }

  #pump(): void {
    for (const [key, sending] of this.#waiting) {
      if (this.#held || this.#sending.size >= IN_FLIGHT) return;
      if (this.#sending.has(key)) continue;
      this.#waiting.delete(key);
      this.#sending.set(key, this.#send(key, sending));
    }
  }

  async #send(key: string, sending: Sending): Promise<void> {
    try {
      await sendAll(this.#bus, sending.collection, sending.id);
      for (const reason of holding) this.#health.degrade(`outbox:${reason}`, false);
    } catch (error) {
      await this.#failed(key, sending, error);
    } finally {
      this.#sending.delete(key);
      this.#pump();
    }
  }

  async #failed(key: string, { collection, id }: Sending, error: unknown): Promise<void> {
    const problem = await sendProblem(this.#bus, error);
    const cause = `outbox:${problem.reason}`;
    const { log } = this.#bus;
    if (problem.reason === "TOO_LARGE") {
      this.#refused.add(key);
      log.error({ error: problem, collection: collection.name, id }, "an event cannot leave; its document holds it");
    } else {
      this.#held = true;
      if (problem.reason === "INTERNAL" && !this.#health.degraded.has(cause))
        log.error({ error }, "the outbox is held");
    }
    const isAway = problem.reason === "BUS_UNAVAILABLE" || problem.reason === "BUS_BROKEN";
    // One of both: silence has one reason at a time.
    if (isAway)
      for (const reason of ["BUS_UNAVAILABLE", "BUS_BROKEN"] as const)
        this.#health.degrade(`outbox:${reason}`, reason === problem.reason);
    else this.#health.degrade(cause);
  }
}

function keyOf(collection: Collection<unknown, string>, id: string): string {
  return `${collection.name}/${id}`;
}
