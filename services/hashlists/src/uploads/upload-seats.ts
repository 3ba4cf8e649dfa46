import { Problem } from "@ntd/service";
import { Pace, type LeastPace } from "./pace.ts";

/** A place for an upload under way. */
export interface Seat extends Disposable {
  pace: Pace;
  /** Aborts when somebody else has it. */
  lost: AbortSignal;
}

interface Taken {
  person: string;
  pace: Pace;
  lost: AbortController;
}

/**
 * Uploads under way, of which there are so many at most, whoever sends them: each holds memory and the store's time. One
 * person never has all of them: that would keep everybody else out for as long as an upload may last. One that trickles
 * has its place while nobody else wants it.
 */
export class UploadSeats {
  readonly #most: number;
  readonly #least: LeastPace;
  readonly #taken: Taken[] = [];

  constructor(most: number, least: LeastPace) {
    this.#most = most;
    this.#least = least;
  }

  /** @throws Problem RATE_LIMITED when all are taken, or all that one person may have, and each brings what it should. */
  take(person: string, nowMs: number): Seat {
    const mostOfOne = Math.max(1, this.#most - 1);
    const own = () => this.#taken.filter((one) => one.person === person);
    // Of one's own, a slow one makes way for the next as well.
    if (own().length >= mostOfOne) this.#loseSlow(own(), nowMs);
    if (this.#taken.length >= this.#most) this.#loseSlow(this.#taken, nowMs);
    if (this.#taken.length >= this.#most) throw refused(`${this.#most} lists are being uploaded, which is`);
    if (own().length >= mostOfOne) throw refused(`You upload ${own().length} lists, which is, of one person,`);
    const taken = { person, pace: new Pace(this.#least), lost: new AbortController() };
    this.#taken.push(taken);
    return { pace: taken.pace, lost: taken.lost.signal, [Symbol.dispose]: () => this.#leave(taken) };
  }

  #loseSlow(among: readonly Taken[], nowMs: number): void {
    const slow = among.find(({ pace }) => pace.isSlow(nowMs));
    if (slow === undefined) return;
    this.#leave(slow);
    slow.lost.abort(tooSlow(this.#least));
  }

  #leave(taken: Taken): void {
    const at = this.#taken.indexOf(taken);
    if (at >= 0) this.#taken.splice(at, 1);
  }
}

function refused(what: string): Problem {
  const mend = "upload again when one of them is through, or have HASHLISTS_UPLOADS_AT_ONCE raised";
  return new Problem("RATE_LIMITED", `${what} the most at a time; ${mend}.`);
}

function tooSlow({ bytesPerSecond }: LeastPace): Problem {
  const why = `Others wait for a place, and of your list fewer than ${Math.round(bytesPerSecond / 1024)} kB came a second`;
  return new Problem("RATE_LIMITED", `${why}; upload it again: it goes on behind what came.`);
}
