import { classOf, type LookClass } from "../schedule/lane.ts";
import { Accounts } from "./accounts.ts";

/** One look that is under way. */
export interface Hold {
  lane: string;
  since: number;
}

/** Of the hand time when all three wait; who needs less than its share waits for nobody. */
const WEIGHTS: Record<LookClass, number> = { report: 6, answer: 1, watch: 1 };
const CLASSES = ["report", "answer", "watch"] as const;

/**
 * A number of hands, and whose lane the next free one looks from: the class that has had the least for its weight, in it
 * the lane that has had the least hand time. A quarter of the hands is kept for reports of lanes that have none in hand:
 * as long as fewer other keys than that wait for their first look, a new key's first look begins at once, whatever else
 * is under way.
 */
export class Hands {
  readonly #hands: number;
  readonly #kept: number;
  readonly #classes = new Accounts((name) => WEIGHTS[name as LookClass]);
  readonly #lanes = new Accounts();
  readonly #waiting = new Set<string>();
  #inHand = 0;

  constructor(hands: number) {
    this.#hands = hands;
    this.#kept = Math.floor(hands / 4);
  }

  get inHand(): number {
    return this.#inHand;
  }

  /** Nothing is in hand, and nothing is known to be due. */
  get isAtRest(): boolean {
    return this.#inHand === 0 && this.#waiting.size === 0;
  }

  /** Something in the lane is due. */
  wait(lane: string, now: number): void {
    this.#waiting.add(lane);
    this.#lanes.join(lane, now);
    this.#classes.join(classOf(lane), now);
  }

  /** Nothing in the lane is due any more. */
  rest(lane: string): void {
    this.#waiting.delete(lane);
    this.#lanes.leave(lane);
    const kind = classOf(lane);
    if (![...this.#waiting].some((other) => classOf(other) === kind)) this.#classes.leave(kind);
  }

  /** The lane that the next hand is for; undefined when no hand is free, or none for a lane that may have one. */
  next(passed: ReadonlySet<string>, now: number): string | undefined {
    const free = this.#hands - this.#inHand;
    if (free <= 0) return undefined;
    const least = new Map<LookClass, { lane: string; spent: number }>();
    for (const lane of this.#waiting) {
      const kind = classOf(lane);
      if (passed.has(lane) || (free <= this.#kept && !this.#first(lane, kind))) continue;
      const spent = this.#lanes.spent(lane, now);
      const best = least.get(kind);
      if (best === undefined || spent < best.spent) least.set(kind, { lane, spent });
    }
    const kinds = CLASSES.filter((kind) => least.has(kind));
    const spent = (kind: LookClass) => this.#classes.spent(kind, now);
    const [first] = kinds.toSorted((a, b) => spent(a) - spent(b));
    return first && least.get(first)?.lane;
  }

  take(lane: string, now: number): Hold {
    this.#inHand++;
    this.#lanes.begin(lane, now);
    this.#classes.begin(classOf(lane), now);
    return { lane, since: now };
  }

  give({ lane, since }: Hold, now: number): void {
    this.#inHand--;
    this.#lanes.end(lane, since, now);
    this.#classes.end(classOf(lane), since, now);
    if (!this.#waiting.has(lane)) this.rest(lane);
  }

  #first(lane: string, kind: LookClass): boolean {
    return kind === "report" && this.#lanes.running(lane) === 0;
  }
}
