import type { Fingerprint } from "@ntd/proto/common/v1/common";
import type { HashAnswer } from "@ntd/proto/matching/v1/check_service";
import type { Caller } from "@ntd/rpc";
import type { Clock, Logger } from "@ntd/service";
import { countAlarm, countChecked } from "../metrics.ts";
import type { Collections } from "../store.ts";
import { Asker, readDay, type AskedDay } from "./asker.ts";
import { alarmsOf, holdOf } from "./check-alarms.ts";
import type { CheckHoldState } from "./check-hold.ts";
import { ratesOf, type CheckRates, type HashRates } from "./check-rates.ts";
import { nothing, together, useIdOf, withAlarm, type CheckUse, type Counts } from "./check-use.ts";
import { joined } from "./distinct.ts";
import { dayOf, takeHashes, takenElsewhere } from "./hash-quota.ts";
import { isHeld, overQuota } from "./refusals.ts";

interface Needed {
  collections: Pick<Collections, "checkUses" | "checkHolds">;
  /** Of the deployment, and never told: by it different hashes are counted. */
  salt: Uint32Array;
  rates: { readonly value: CheckRates };
  clock: Clock;
  log: Logger;
}

const DAY_MS = 86_400_000;
/** So many days are looked at together. */
const LATELY_DAYS = 30;
/** Who has asked nothing for so long is read anew when they do. */
const QUIET_MS = 60_000;

/** What is to be saved of a day, and who hears what the store then has. */
export interface Unsaved {
  id: string;
  /** Undefined: nothing; what others saved is to be read. */
  save: ((before: CheckUse | undefined) => CheckUse) | undefined;
  saved: (now: CheckUse | undefined) => void;
  back: () => void;
}

/** Which platforms ask, how much of their quotas is left, and what looks like more than checking pictures. */
export class Askers {
  readonly #needed: Needed;
  readonly #askers = new Map<string, Asker>();

  constructor(needed: Needed) {
    this.#needed = needed;
  }

  /**
   * Takes the hashes of a call out of its caller's quota.
   *
   * @throws Problem RATE_LIMITED with what it is over, and how long to wait; WRONG_STATE while an operator holds it.
   */
  async take(caller: Caller, count: number): Promise<void> {
    const now = this.#needed.clock.now();
    const asker = await this.#of(caller, now);
    asker.askedTime = now;
    if (asker.held !== undefined) {
      asker.noteRefused(now, false);
      throw isHeld();
    }
    const day = asker.day(now);
    const taken = takeHashes(asker.pace, day.stored + day.unsaved.hashes, count, this.#ratesOf(asker), now);
    if (!("over" in taken)) {
      asker.pace = taken;
      // Taken before anything is looked up: many calls at once do not see the same room.
      day.unsaved = together(day.unsaved, { ...nothing, calls: 1, hashes: count });
      return;
    }
    asker.noteRefused(now, true);
    this.#look(asker, now);
    throw overQuota(taken);
  }

  /**
   * Notes what is to be answered: how much, never of which hashes beyond the day. Before it is: else all that is felt for
   * would come in one call.
   *
   * @throws Problem WRONG_STATE where that is why its caller is held.
   */
  note(caller: Caller, fingerprints: readonly Fingerprint[], answers: readonly HashAnswer[]): void {
    const now = this.#needed.clock.now();
    const asker = this.#askers.get(caller.person);
    if (asker === undefined) return;
    const known = answers.filter(({ verdict }) => verdict === "HASH_VERDICT_KNOWN").length;
    const notJudged = answers.filter(({ verdict }) => verdict === "HASH_VERDICT_NOT_JUDGED").length;
    asker.noteAnswers(this.#needed.salt, fingerprints, answers, now);
    const day = asker.day(now);
    day.unsaved = together(day.unsaved, { ...nothing, known, notJudged });
    countChecked({ known, notJudged, notKnown: answers.length - known - notJudged });
    this.#look(asker, now);
    if (asker.held !== undefined) throw isHeld();
  }

  /** Whether anybody raised an alarm within the hour, and whether anybody waits for an operator. */
  get state(): { isAlarmed: boolean; isHeld: boolean } {
    const now = this.#needed.clock.now();
    const all = [...this.#askers.values()].map((asker) => asker.at(now));
    return { isAlarmed: all.some(({ raised }) => raised.size > 0), isHeld: all.some(({ held }) => held !== undefined) };
  }

  /** Those that are to be told how the store holds them. */
  get asking(): readonly Asker[] {
    const now = this.#needed.clock.now();
    return [...this.#askers.values()].filter((asker) => asker.held !== undefined || !isQuiet(asker, now));
  }

  /** As the store has it by now. */
  tellHold(asker: Asker, hold: CheckHoldState | undefined): void {
    const wasHeld = asker.held !== undefined;
    asker.hold = hold;
    if (hold?.held !== undefined) asker.newlyHeld = undefined;
    if (wasHeld && asker.held === undefined) asker.goOn();
  }

  /** Takes out what the store does not have yet; whoever takes it saves it, or gives it back. */
  *unsaved(): Generator<Unsaved> {
    const now = this.#needed.clock.now();
    for (const asker of this.#askers.values()) {
      for (const [name, day] of asker.days) {
        const counts = day.unsaved;
        if (counts === nothing && (name !== dayOf(now) || isQuiet(asker, now))) asker.days.delete(name);
        else yield this.#unsavedOf(asker, name, day);
      }
    }
  }

  #unsavedOf(asker: Asker, name: string, day: AskedDay): Unsaved {
    const counts = day.unsaved;
    day.unsaved = nothing;
    day.stored += counts.hashes;
    return {
      id: useIdOf(asker.person, name),
      save:
        counts === nothing
          ? undefined
          : (before) => useOf(asker.person, name, day, together(before ?? nothing, counts), before),
      saved: (now) => {
        if (now === undefined) return;
        const elsewhere = Math.max(0, now.hashes - day.stored);
        if (asker.pace !== undefined) asker.pace = takenElsewhere(asker.pace, elsewhere, this.#ratesOf(asker));
        day.stored += elsewhere;
        day.different.join(now.differentAsked);
        day.known.join(now.differentKnown);
      },
      back: () => {
        day.stored -= counts.hashes;
        day.unsaved = together(counts, day.unsaved);
      },
    };
  }

  #ratesOf({ person }: Asker): HashRates {
    return ratesOf(this.#needed.rates.value, person);
  }

  /** A platform that is new to this process may have asked another one today, or the one before. */
  async #of(caller: Caller, now: Date): Promise<Asker> {
    const known = this.#askers.get(caller.person);
    if (known?.day(now).isRead === true) return known;
    const { checkUses, checkHolds } = this.#needed.collections;
    const ids = Array.from({ length: LATELY_DAYS }, (_, ago) =>
      useIdOf(caller.person, dayOf(new Date(now.getTime() - ago * DAY_MS))),
    );
    const hold = await checkHolds.load(caller.person);
    const [today, ...before] = await Promise.all(ids.map((id) => checkUses.load(id)));
    const asker = this.#askers.get(caller.person) ?? new Asker(caller, now);
    this.#askers.set(caller.person, asker);
    const day = asker.day(now);
    if (!day.isRead) {
      readDay(
        day,
        today?.state,
        before.flatMap((one) => one?.state ?? []),
      );
      this.tellHold(asker, hold?.state);
    }
    return asker;
  }

  #look(asker: Asker, now: Date): void {
    const [rates, seen] = [this.#ratesOf(asker), asker.seen(now)];
    const day = asker.day(now);
    for (const alarm of alarmsOf(seen, rates)) {
      day.unsaved = { ...day.unsaved, alarms: withAlarm(day.unsaved.alarms, { alarm, first: now, last: now }) };
      if (asker.raised.has(alarm)) continue;
      asker.raised.add(alarm);
      countAlarm(alarm);
      this.#warn(asker, alarm, "what a platform checks looks like more than its pictures");
    }
    const alarm = asker.held === undefined ? holdOf(seen, rates, asker.letGo(now)) : undefined;
    if (alarm === undefined) return;
    asker.newlyHeld = { alarm, since: now, known: seen.knownLately };
    this.#warn(asker, alarm, "the checks of a platform wait for an operator: ntd check holds");
  }

  #warn({ loggedAs: identity }: Asker, alarm: string, message: string): void {
    this.#needed.log.warn({ identity, alarm }, message);
  }
}

function isQuiet({ askedTime }: Asker, now: Date): boolean {
  return now.getTime() - askedTime.getTime() >= QUIET_MS;
}

function useOf(person: string, day: string, of: AskedDay, counts: Counts, before: CheckUse | undefined): CheckUse {
  const differentAsked = joined(before?.differentAsked, of.different.registers);
  const differentKnown = joined(before?.differentKnown, of.known.registers);
  return { schemaVersion: 1, person, day: new Date(day), ...counts, differentAsked, differentKnown };
}
