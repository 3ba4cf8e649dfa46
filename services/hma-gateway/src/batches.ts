import type { Fingerprint } from "@ntd/proto/common/v1/common";
import type { HashAnswer } from "@ntd/proto/matching/v1/check_service";
import { Problem } from "@ntd/service";

/** As many as one call takes. */
const MOST_A_CALL = 1000;
const CALLS_AT_ONCE = 4;
/** More wait for nobody: they are refused. */
const MOST_WAITING = 20_000;

type Check = (fingerprints: Fingerprint[]) => Promise<readonly HashAnswer[]>;

interface Asked {
  fingerprint: Fingerprint;
  resolve: (answer: HashAnswer) => void;
  reject: (error: unknown) => void;
}

/**
 * HMA's clients ask hash by hash; the platform is asked for all that are there by then together. Nobody waits for others
 * to come: a call leaves as soon as one may, and what comes meanwhile goes with the next.
 */
export class Batches {
  readonly #check: Check;
  #waiting: Asked[] = [];
  #calls = 0;
  #most = MOST_A_CALL;
  #isDue = false;

  constructor(check: Check) {
    this.#check = check;
  }

  /** @throws Problem of the call that it went with, or RATE_LIMITED when too many wait. */
  ask(fingerprint: Fingerprint): Promise<HashAnswer> {
    if (this.#waiting.length >= MOST_WAITING) {
      throw new Problem("RATE_LIMITED", "More hashes wait at this gateway than it takes. Try again later.");
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ fingerprint, resolve, reject });
      this.#soon();
    });
  }

  // What is read from other connections in the same turn of the loop goes along.
  #soon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      while (this.#calls < CALLS_AT_ONCE && this.#waiting.length > 0) void this.#send();
    });
  }

  async #send(): Promise<void> {
    const asked = this.#waiting.splice(0, this.#most);
    this.#calls++;
    try {
      const answers = await this.#check(asked.map(({ fingerprint }) => fingerprint));
      for (const [nth, { resolve, reject }] of asked.entries()) {
        const answer = answers[nth];
        if (answer === undefined)
          reject(new Problem("PEER_UNAVAILABLE", "The platform answered fewer hashes than asked."));
        else resolve(answer);
      }
    } catch (error) {
      const most = mostAtOnce(error);
      // Asked again together they would be refused together, for ever.
      if (most < asked.length) {
        this.#most = Math.min(this.#most, most);
        this.#waiting.unshift(...asked);
      } else for (const { reject } of asked) reject(error);
    } finally {
      this.#calls--;
      if (this.#waiting.length > 0) this.#soon();
    }
  }
}

/** As many hashes as a platform's quota takes at once, where that is why a call was refused. */
function mostAtOnce(error: unknown): number {
  const { reason, metadata } = Problem.from(error);
  const limit = reason === "RATE_LIMITED" && metadata["quota"] === "checked_hashes.at_once" ? metadata["limit"] : "";
  return /^[1-9]\d{0,8}$/.test(limit ?? "") ? Number(limit) : Number.POSITIVE_INFINITY;
}
