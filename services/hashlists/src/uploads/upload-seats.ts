import { Problem } from "@ntd/service";

/** Uploads under way, of which there are so many at most, whoever sends them: each holds memory and the store's time. */
export class UploadSeats {
  readonly #most: number;
  #taken = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** @throws Problem RATE_LIMITED when all are taken. */
  take(): Disposable {
    if (this.#taken >= this.#most) {
      const mend = "upload again when one of them is through, or have HASHLISTS_UPLOADS_AT_ONCE raised";
      throw new Problem(
        "RATE_LIMITED",
        `${this.#most} lists are being uploaded, which is the most at a time; ${mend}.`,
      );
    }
    this.#taken++;
    return { [Symbol.dispose]: () => void this.#taken-- };
  }
}
