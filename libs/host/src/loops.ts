import { Problem } from "@ntd/service";
import type { Background } from "./service-parts.ts";
import type { Together } from "./together.ts";

/** The loops of a service by their names, and the doors by which others wake them. */
export class Loops {
  readonly #running = new Map<string, Background>();
  readonly #wanted = new Set<string>();

  /** Wakes the loop of this name, or all. A loop that is not started yet looks by itself when it is. */
  soon(name?: string): () => void {
    if (name === undefined) return () => this.#running.forEach((loop) => loop.kick?.());
    this.#wanted.add(name);
    return () => this.#running.get(name)?.kick?.();
  }

  /** @throws Problem INTERNAL when a loop is woken that does not exist: its work would wait for a sweep for ever. */
  start(loops: Readonly<Record<string, () => Background>>, inward: Together): void {
    const missing = [...this.#wanted].filter((name) => !Object.hasOwn(loops, name));
    if (missing.length > 0) throw new Problem("INTERNAL", `There is no loop ${missing.join(", ")}.`);
    for (const [name, start] of Object.entries(loops)) this.#running.set(name, inward.use(start()));
  }
}
