/** Parts that are ended at the same time: each is told to stop before any of them is waited for. */
export class Together implements AsyncDisposable {
  readonly #parts: AsyncDisposable[] = [];

  use<T extends AsyncDisposable>(part: T): T {
    this.#parts.push(part);
    return part;
  }

  /** Waits for all of them, and then rejects with what failed first. */
  async [Symbol.asyncDispose](): Promise<void> {
    const ends = await Promise.allSettled(this.#parts.map(async (part) => part[Symbol.asyncDispose]()));
    const failed = ends.find((end) => end.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }
}
