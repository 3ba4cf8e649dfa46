import type { StoredReport } from "../store.ts";
import { isUrgent, senderOf } from "./bundle.ts";
import { paceAt, roomIn, spent, type Pace } from "./pace.ts";
import { perMinute, type ReportRates } from "./report-rates.ts";

/** Senders whose pace is remembered; of more than that, those who have not sent for a minute are forgotten. */
const REMEMBERED = 10_000;
const MINUTE_MS = 60_000;

/**
 * Who sends how fast, in this process, and of whom reports wait. The store alone says what waits: this forgets it with
 * the process, and hears it again from the loop that tells them.
 */
export class Senders {
  readonly #rates: { readonly value: ReportRates };
  readonly #paces = new Map<string, Pace>();
  readonly #waiting = new Set<string>();

  constructor(rates: { readonly value: ReportRates }) {
    this.#rates = rates;
  }

  /** Whether a report that comes now is told at once. Behind those of its sender that wait it waits, too. */
  admits(report: StoredReport, now: Date): boolean {
    if (isUrgent(report)) return true;
    const sender = senderOf(report);
    const pace = this.#paceOf(sender, now);
    if (this.#waiting.has(sender) || roomIn(pace) < 1) {
      this.#waiting.add(sender);
      return false;
    }
    this.#paces.set(sender, spent(pace, 1));
    return true;
  }

  /** How many of a sender's that wait may be told now. */
  roomFor(sender: string, now: Date): number {
    return roomIn(this.#paceOf(sender, now));
  }

  /** A report that was told at once is a repeat of one that came before. */
  giveBack(report: StoredReport): void {
    if (!isUrgent(report)) this.told(senderOf(report), -1);
  }

  /** So many of them were told. */
  told(sender: string, count: number): void {
    const pace = this.#paces.get(sender);
    if (pace !== undefined) this.#paces.set(sender, spent(pace, count));
  }

  get remembered(): number {
    return this.#paces.size;
  }

  /** What the store says of a sender: whether any of theirs wait. */
  waits(sender: string, isWaiting: boolean): void {
    if (isWaiting) this.#waiting.add(sender);
    else this.#waiting.delete(sender);
  }

  #paceOf(sender: string, now: Date): Pace {
    const pace = paceAt(this.#paces.get(sender), perMinute(this.#rates.value, sender), now);
    if (this.#paces.size >= REMEMBERED && !this.#paces.has(sender)) this.#forget(now);
    this.#paces.set(sender, pace);
    return pace;
  }

  #forget(now: Date): void {
    for (const [sender, { time }] of this.#paces) {
      if (now.getTime() - time.getTime() >= MINUTE_MS) this.#paces.delete(sender);
    }
  }
}
