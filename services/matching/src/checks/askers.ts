import { loggedAs, type Caller } from "@ntd/rpc";
import { Problem, type Clock, type Logger } from "@ntd/service";
import type { CheckAlarm, HashAnswer } from "@ntd/proto/matching/v1/check_service";
import type { Fingerprint } from "@ntd/proto/common/v1/common";
import { countAlarm, countChecked } from "../metrics.ts";
import type { Collections } from "../store.ts";
import { alarmsOf, windowAt, type CheckWindow } from "./check-alarms.ts";
import { ratesOf, type CheckRates, type HashRates } from "./check-rates.ts";
import { nothing, together, useIdOf, withAlarm, type Counts } from "./check-use.ts";
import { dayOf, takeHashes, type HashPace, type Over } from "./hash-quota.ts";
import { Neighbours } from "./neighbours.ts";

interface Asker {
  person: string;
  loggedAs: string;
  pace: HashPace | undefined;
  window: CheckWindow | undefined;
  neighbours: Record<"pdq" | "blockhash", Neighbours>;
  /** What was raised in the window. */
  raised: Set<CheckAlarm>;
  /** By day: how many hashes the store has of it, and what it does not have yet. */
  days: Map<string, { stored: number; unsaved: Counts }>;
}

interface Needed {
  collections: Pick<Collections, "checkUses">;
  rates: { readonly value: CheckRates };
  clock: Clock;
  log: Logger;
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
   * @throws Problem RATE_LIMITED with what it is over, and how long to wait.
   */
  async take(caller: Caller, count: number): Promise<void> {
    const now = this.#needed.clock.now();
    const asker = await this.#of(caller, dayOf(now));
    const day = dayIn(asker, dayOf(now));
    const rates = this.#ratesOf(asker);
    const taken = takeHashes(asker.pace, day.stored + day.unsaved.hashes, count, rates, now);
    if (!("over" in taken)) {
      asker.pace = taken;
      // Taken before anything is looked up: many calls at once do not see the same room.
      day.unsaved = together(day.unsaved, { ...nothing, calls: 1, hashes: count });
      return;
    }
    const window = openWindow(asker, now);
    window.refusedCalls++;
    day.unsaved = together(day.unsaved, { ...nothing, refusedCalls: 1 });
    this.#look(asker, now);
    throw refusal(taken);
  }

  /** Notes what was answered: how much, never of which hashes beyond the hour. */
  note(caller: Caller, fingerprints: readonly Fingerprint[], answers: readonly HashAnswer[]): void {
    const now = this.#needed.clock.now();
    const asker = this.#askers.get(caller.person);
    if (asker === undefined) return;
    const window = openWindow(asker, now);
    const known = answers.filter(({ verdict }) => verdict === "HASH_VERDICT_KNOWN").length;
    const notJudged = answers.filter(({ verdict }) => verdict === "HASH_VERDICT_NOT_JUDGED").length;
    window.hashes += answers.length;
    window.known += known;
    for (const [nth, { algorithm, value }] of fingerprints.entries()) {
      const isKnown = answers[nth]?.verdict === "HASH_VERDICT_KNOWN";
      if (algorithm === "ALGORITHM_PDQ") asker.neighbours.pdq.note(value, isKnown);
      else if (algorithm === "ALGORITHM_BLOCKHASH256") asker.neighbours.blockhash.note(value, isKnown);
    }
    const day = dayIn(asker, dayOf(now));
    day.unsaved = together(day.unsaved, { ...nothing, known, notJudged });
    countChecked({ known, notJudged, notKnown: answers.length - known - notJudged });
    this.#look(asker, now);
  }

  /** Whether any window that is open has an alarm. */
  isAlarmed(): boolean {
    const now = this.#needed.clock.now();
    return [...this.#askers.values()].some((asker) => {
      const isOpen = asker.window !== undefined && windowAt(asker.window, now) === asker.window;
      return isOpen && asker.raised.size > 0;
    });
  }

  /** Takes out what the store does not have yet; whoever takes it saves it, or gives it back. */
  *unsaved(): Generator<{
    person: string;
    day: string;
    counts: Counts;
    saved: (hashes: number) => void;
    back: () => void;
  }> {
    const today = dayOf(this.#needed.clock.now());
    for (const { person, days } of this.#askers.values()) {
      for (const [name, day] of days) {
        const counts = day.unsaved;
        if (counts === nothing) {
          if (name !== today) days.delete(name);
          continue;
        }
        day.unsaved = nothing;
        day.stored += counts.hashes;
        yield {
          person,
          day: name,
          counts,
          saved: (hashes) => (day.stored = Math.max(day.stored, hashes)),
          back: () => {
            day.stored -= counts.hashes;
            day.unsaved = together(counts, day.unsaved);
          },
        };
      }
    }
  }

  #ratesOf({ person }: Asker): HashRates {
    return ratesOf(this.#needed.rates.value, person);
  }

  /** A platform that is new to this process may have asked another one today, or the one before. */
  async #of(caller: Caller, day: string): Promise<Asker> {
    const known = this.#askers.get(caller.person);
    if (known?.days.has(day)) return known;
    const before = await this.#needed.collections.checkUses.load(useIdOf(caller.person, day));
    const asker = this.#askers.get(caller.person) ?? newAsker(caller);
    this.#askers.set(caller.person, asker);
    if (!asker.days.has(day)) asker.days.set(day, { stored: before?.state.hashes ?? 0, unsaved: nothing });
    return asker;
  }

  #look(asker: Asker, now: Date): void {
    const window = openWindow(asker, now);
    const day = dayIn(asker, dayOf(now));
    const { pdq, blockhash } = asker.neighbours;
    const seen = { usedToday: day.stored + day.unsaved.hashes, neighbours: Math.max(pdq.most, blockhash.most) };
    for (const alarm of alarmsOf(window, seen, this.#ratesOf(asker))) {
      day.unsaved = { ...day.unsaved, alarms: withAlarm(day.unsaved.alarms, { alarm, first: now, last: now }) };
      if (asker.raised.has(alarm)) continue;
      asker.raised.add(alarm);
      countAlarm(alarm);
      this.#needed.log.warn(
        { identity: asker.loggedAs, alarm },
        "what a platform checks looks like more than its pictures",
      );
    }
  }
}

function newAsker(caller: Caller): Asker {
  return {
    person: caller.person,
    loggedAs: loggedAs(caller),
    pace: undefined,
    window: undefined,
    neighbours: newNeighbours(),
    raised: new Set(),
    days: new Map(),
  };
}

function newNeighbours() {
  return { pdq: new Neighbours("pdq"), blockhash: new Neighbours("blockhash") };
}

function dayIn(asker: Asker, day: string) {
  const found = asker.days.get(day) ?? { stored: 0, unsaved: nothing };
  asker.days.set(day, found);
  return found;
}

function openWindow(asker: Asker, now: Date): CheckWindow {
  const window = windowAt(asker.window, now);
  if (window !== asker.window) {
    asker.neighbours = newNeighbours();
    asker.raised = new Set();
  }
  asker.window = window;
  return window;
}

function refusal({ over, limit, waitMs }: Over): Problem {
  const metadata = { quota: `checked_hashes.${over}`, limit: String(limit), retry_after_ms: String(waitMs) };
  if (over === "at_once") {
    const message = `This asks for more hashes at once than its quota of a minute; send at most ${limit} in a call.`;
    return new Problem("RATE_LIMITED", message, { metadata });
  }
  const seconds = Math.ceil(waitMs / 1000);
  const message = `This identity is over its quota checked_hashes.${over} (${limit}). Try again in ${seconds} s; an operator raises it in the file of NTD_QUOTAS_FILE.`;
  return new Problem("RATE_LIMITED", message, { metadata });
}
