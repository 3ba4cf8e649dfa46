import type { Fingerprint } from "@ntd/proto/common/v1/common";
import type { CheckAlarm, HashAnswer } from "@ntd/proto/matching/v1/check_service";
import { loggedAs, type Caller } from "@ntd/rpc";
import type { LetGo, Seen } from "./check-alarms.ts";
import type { CheckHoldState, Held } from "./check-hold.ts";
import { nothing, together, type CheckUse, type Counts } from "./check-use.ts";
import { Distinct } from "./distinct.ts";
import { dayOf, type HashPace } from "./hash-quota.ts";
import { Neighbours } from "./neighbours.ts";

/** What one platform asked on one day. */
export interface AskedDay {
  /** Whether it is known what other processes, and this one before it was started, noted of it. */
  isRead: boolean;
  /** Hashes that the store has of it, by all processes. */
  stored: number;
  unsaved: Counts;
  /** Which different ones there were, by all processes as far as is known here. */
  different: Distinct;
  known: Distinct;
  /** Of the 29 days before it, what was known. */
  knownBefore: Distinct;
}

const HOUR_MS = 3_600_000;

/** One platform, as this process knows it. */
export class Asker {
  readonly person: string;
  readonly loggedAs: string;
  pace: HashPace | undefined;
  /** As the store has it, as of a second ago. */
  hold: CheckHoldState | undefined;
  /** What the store does not have yet. */
  newlyHeld: Held | undefined;
  /** When it asked last. */
  askedTime: Date;
  readonly days = new Map<string, AskedDay>();
  /** What was raised within the hour. */
  readonly raised = new Set<CheckAlarm>();
  #hourBegan: Date;
  #dayBegan = "";
  #refusedCalls = 0;
  #neighbours = newNeighbours();

  constructor(caller: Caller, now: Date) {
    this.person = caller.person;
    this.loggedAs = loggedAs(caller);
    [this.askedTime, this.#hourBegan] = [now, now];
  }

  get held(): Held | undefined {
    return this.newlyHeld ?? this.hold?.held;
  }

  /** A new hour, or a clock that went back, begins anew what an hour counts; a new day what a day does. */
  at(now: Date): this {
    const ageMs = now.getTime() - this.#hourBegan.getTime();
    if (ageMs < 0 || ageMs >= HOUR_MS) {
      this.#hourBegan = now;
      this.#refusedCalls = 0;
      this.raised.clear();
      for (const of of Object.values(this.#neighbours)) of.forgetOthers();
    }
    if (this.#dayBegan !== dayOf(now)) {
      this.#dayBegan = dayOf(now);
      this.#neighbours = newNeighbours();
    }
    return this;
  }

  day(now: Date): AskedDay {
    const name = dayOf(now);
    const day = this.days.get(name) ?? newDay();
    this.days.set(name, day);
    return day;
  }

  /** @param isOver a quota; else it was held. */
  noteRefused(now: Date, isOver: boolean): void {
    if (isOver) this.at(now).#refusedCalls++;
    const day = this.day(now);
    day.unsaved = together(day.unsaved, { ...nothing, refusedCalls: 1 });
  }

  /** What was answered: how much, and about how many different ones. */
  noteAnswers(salt: Uint32Array, fingerprints: readonly Fingerprint[], answers: readonly HashAnswer[], now: Date) {
    const day = this.at(now).day(now);
    for (const [nth, { algorithm, value }] of fingerprints.entries()) {
      const isKnown = answers[nth]?.verdict === "HASH_VERDICT_KNOWN";
      day.different.note(salt, value);
      if (isKnown) day.known.note(salt, value);
      if (algorithm === "ALGORITHM_PDQ") this.#neighbours.pdq.note(value, isKnown);
      else if (algorithm === "ALGORITHM_BLOCKHASH256") this.#neighbours.blockhash.note(value, isKnown);
    }
  }

  seen(now: Date): Seen {
    const day = this.at(now).day(now);
    const { pdq, blockhash } = this.#neighbours;
    // All that is known today is in both from here on, as it will be tomorrow.
    const knownLately = day.knownBefore.join(day.known.registers).count;
    return {
      refusedCalls: this.#refusedCalls,
      usedToday: day.stored + day.unsaved.hashes,
      // Counted only where it is asked for, which takes longer than to look a hash up in a small list.
      get differentToday() {
        return day.different.count;
      },
      knownToday: day.known.count,
      knownLately,
      neighbours: Math.max(pdq.most, blockhash.most),
      neighboursOfKnown: Math.max(pdq.ofKnown, blockhash.ofKnown),
    };
  }

  letGo(now: Date): LetGo {
    const last = this.hold?.ended.at(-1);
    return { isToday: last !== undefined && dayOf(last.time) === dayOf(now), known: last?.known ?? 0 };
  }

  /** Let go on: what was felt for before is not held against it again. */
  goOn(): void {
    this.#neighbours = newNeighbours();
    this.raised.clear();
  }
}

/** A day of which the store was read: what it has of it, and what was known on the days before. */
export function readDay(day: AskedDay, before: CheckUse | undefined, knownBefore: readonly CheckUse[]): void {
  day.isRead = true;
  day.stored = Math.max(day.stored, before?.hashes ?? 0);
  day.different.join(before?.differentAsked);
  day.known.join(before?.differentKnown);
  for (const { differentKnown } of knownBefore) day.knownBefore.join(differentKnown);
}

function newDay(): AskedDay {
  const [different, known, knownBefore] = [new Distinct(), new Distinct(), new Distinct()];
  return { isRead: false, stored: 0, unsaved: nothing, different, known, knownBefore };
}

function newNeighbours() {
  return { pdq: new Neighbours("pdq"), blockhash: new Neighbours("blockhash") };
}
