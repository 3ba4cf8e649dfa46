import { refusedOf, type LineFault } from "../releases/release.ts";
import type { Collections } from "../store.ts";

/** Faults of a release's file, in the order in which they were found. They never change. */
export interface RefusedState {
  schemaVersion: 1;
  part: string;
  faults: LineFault[];
}

/** Faults in one document. */
export const FAULTS_IN_ONE = 500;
/** More are counted and kept no more: whoever mends a million rows makes the list anew. */
export const MOST_KEPT = 1_000_000;

/** Writes the faults of a file while it is read. */
export class RefusedWriter {
  readonly #refused: Collections["refused"];
  readonly #part: string;
  #waiting: LineFault[] = [];
  #documents = 0;

  constructor({ refused }: Pick<Collections, "refused">, part: string) {
    this.#refused = refused;
    this.#part = refusedOf(part);
  }

  async add(faults: readonly LineFault[]): Promise<void> {
    if (this.#documents * FAULTS_IN_ONE < MOST_KEPT) for (const fault of faults) this.#waiting.push(fault);
    while (this.#waiting.length >= FAULTS_IN_ONE) await this.#write();
  }

  async end(): Promise<void> {
    if (this.#waiting.length > 0) await this.#write();
  }

  async #write(): Promise<void> {
    const faults = this.#waiting.splice(0, FAULTS_IN_ONE);
    const id = `${this.#part}.${String(this.#documents++).padStart(8, "0")}`;
    await this.#refused.insertMany([{ id, state: { schemaVersion: 1, part: this.#part, faults } }], { isBulk: true });
  }
}

/** The first faults of a file, by their lines. */
export async function firstFaults({ refused }: Pick<Collections, "refused">, part: string, most: number) {
  const some = await refused.find({ where: { part: refusedOf(part) }, limit: Math.ceil(most / FAULTS_IN_ONE) });
  const faults = some.flatMap(({ state }) => state.faults).slice(0, most);
  return faults.toSorted((a, b) => a.line - b.line);
}
