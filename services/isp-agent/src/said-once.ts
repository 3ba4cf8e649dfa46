import { Problem } from "@ntd/service";

/** Of failures that repeat, says each cause once and then how many there were: what fails for long fills no disk. */
export class SaidOnce {
  readonly #causes = new Set<string>();
  #failures = 0;

  failed(error: unknown, say: () => void): void {
    const cause = error instanceof Problem ? `${error.reason} ${error.metadata["why"] ?? ""}` : String(error);
    this.#failures++;
    if (this.#causes.has(cause)) return;
    this.#causes.add(cause);
    say();
  }

  /** One went well. */
  well(say: (failures: number) => void): void {
    if (this.#failures === 0) return;
    say(this.#failures);
    this.#causes.clear();
    this.#failures = 0;
  }
}
