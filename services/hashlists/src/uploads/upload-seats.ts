import { Problem } from "@ntd/service";

/**
 * Uploads under way, of which there are so many at most, whoever sends them: each holds memory and the store's time. One
 * person never has all of them: that would keep everybody else out for as long as an upload may last.
 */
export class UploadSeats {
  readonly #most: number;
  readonly #taken: string[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** @throws Problem RATE_LIMITED when all are taken, or all that one person may have. */
  take(person: string): Disposable {
    const mostOfOne = Math.max(1, this.#most - 1);
    const own = this.#taken.filter((one) => one === person).length;
    if (this.#taken.length >= this.#most) throw refused(`${this.#most} lists are being uploaded, which is`);
    if (own >= mostOfOne) throw refused(`You upload ${own} lists, which is, of one person,`);
    this.#taken.push(person);
    return { [Symbol.dispose]: () => void this.#taken.splice(this.#taken.indexOf(person), 1) };
  }
}

function refused(what: string): Problem {
  const mend = "upload again when one of them is through, or have HASHLISTS_UPLOADS_AT_ONCE raised";
  return new Problem("RATE_LIMITED", `${what} the most at a time; ${mend}.`);
}
