import { setTimeout } from "node:timers/promises";
import { Problem } from "@ntd/service";
import type { Collection, Document, OutboxEvent } from "./port.ts";

/** The new state and, if the published state changed, its event. */
export interface Change<S> {
  state: S;
  event?: OutboxEvent | undefined;
}

const ATTEMPTS = 20;
const LONGEST_WAIT_MS = 200;

/**
 * Load, decide, save: the one way a handler writes. `decide` may wait for others (a peer, another document); it is
 * called again with the newer state when somebody else wrote meanwhile, after a wait that grows and is partly drawn, so
 * that many who write to one document do not meet again and again. It returns undefined to leave the document as it is.
 *
 * @returns the document as it now is, or undefined when there is none and `decide` made none.
 * @throws Problem VERSION_CONFLICT after twenty lost races (some two seconds).
 */
export async function change<S, F extends string, C extends string>(
  collection: Pick<Collection<S, F, C>, "load" | "insert" | "save">,
  id: string,
  decide: (state: S | undefined, version: number) => Change<S> | undefined | Promise<Change<S> | undefined>,
): Promise<Document<S> | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) await setTimeout(Math.random() * Math.min(2 ** attempt, LONGEST_WAIT_MS));
    const found = await collection.load(id);
    const decided = await decide(found?.state, found?.version ?? 0);
    if (decided === undefined) return found;
    const saved =
      found === undefined
        ? await collection.insert(id, decided.state, decided.event)
        : await collection.save(found, decided.state, decided.event);
    if (saved !== undefined) return saved;
  }
  throw new Problem("VERSION_CONFLICT");
}
