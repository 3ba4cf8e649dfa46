/** What was noted last, up to a number of names; what was not asked for longest is forgotten first. */
export class Recent<T> {
  readonly #notes = new Map<string, T>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get(name: string): T | undefined {
    const note = this.#notes.get(name);
    if (note !== undefined) this.set(name, note);
    return note;
  }

  set(name: string, note: T): void {
    this.#notes.delete(name);
    this.#notes.set(name, note);
    const [oldest] = this.#notes.keys();
    if (this.#notes.size > this.#most && oldest !== undefined) this.#notes.delete(oldest);
  }
}
