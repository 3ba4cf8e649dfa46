import { producers, readers, startTail, startWork, type Bus, type Event, type Handlers, type NounName } from "@ntd/bus";
import { Problem } from "@ntd/service";
import type { Store } from "@ntd/store";
import type { SomeHandlers, SomeTails } from "./service-parts.ts";
import type { Together } from "./together.ts";

// The name of a noun and its handler belong together, which no type can follow through a loop.
type AnyHandler = (event: Event<unknown>) => Promise<void>;
type Reader = (typeof producers)[number];

/** @throws Problem INTERNAL for a name that the catalogue does not know. */
export function readerNamed(name: string): Reader {
  const found = producers.find((producer) => producer === name);
  if (found === undefined) throw new Problem("INTERNAL", `${name} is no reader of the catalogue.`);
  return found;
}

/** Starts the consumers of `reader`, one for each noun of its row in the catalogue. */
export async function follow(
  bus: Bus,
  store: Store,
  reader: Reader,
  work: SomeHandlers = {},
  tails: SomeTails = {},
  inward: Together,
): Promise<void> {
  requireRow(reader, "work", work);
  requireRow(reader, "tail", tails);
  for (const noun of namesOf(tails)) inward.use(startTail(bus, noun, tails[noun] as AnyHandler));
  inward.use(await startWork(bus, store, reader, work as Handlers<NounName>));
}

/** A noun without a handler would pile up unseen; a handler without a row would never hear anything. */
function requireRow(reader: Reader, kind: "work" | "tail", handlers: object): void {
  const [row, given] = [readers[reader][kind].toSorted(), namesOf(handlers).toSorted()];
  if (row.join() !== given.join()) {
    throw new Problem(
      "INTERNAL",
      `${reader} has ${kind} handlers for ${given.join(", ")}; the catalogue says ${row.join(", ")}.`,
    );
  }
}

function namesOf(handlers: object): NounName[] {
  return Object.keys(handlers) as NounName[];
}
