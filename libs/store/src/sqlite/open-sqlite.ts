import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { Problem } from "@ntd/service";
import type { Filling } from "../filling.ts";
import { guarded } from "../guarded.ts";
import { Journal } from "../journal/journal.ts";
import { journaled } from "../journal/journaled.ts";
import { layoutOf } from "../layout.ts";
import type { Collection, CollectionSpec, Store } from "../port.ts";
import { openClient, type Client } from "./client.ts";
import { sqliteCollection, sqlValuesOf } from "./collection.ts";
import { Answers } from "./answers.ts";
import { answeredBySqlite } from "./errors.ts";
import { fillTable } from "./fill.ts";
import { sqliteOutbox, type SqliteOutbox } from "./outbox.ts";
import { Recent } from "./recent.ts";
import { sizeOfFile } from "./size.ts";
import { snapshotsOf } from "./snapshot.ts";

const DAY_MS = 24 * 3600 * 1000;
/** A store that answered, and that nobody has asked anything since, is believed to be well for so long. */
const AT_REST_MS = 5000;

/**
 * One SQLite file for one process, in a thread of its own: no call blocks the event loop, and writes that wait together
 * share one flush to the disk. A second process is refused with STORE_LOCKED.
 */
export async function openSqlite(path: string, journalPath?: string): Promise<Store> {
  const client = await answeredBySqlite(async () => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return openClient(path).catch(lockedElsewhere);
  });
  const journal = await openJournal(journalPath, client);
  const collections: Collection<unknown, string>[] = [];
  const fillings = new Map<string, Filling>();
  // One a table, however often it is opened: what they know is right only if every write passes them.
  const known = new Map<string, { layout: string; outbox: SqliteOutbox; recent: Recent; answers: Answers }>();
  const optimize = () => void client.ask("optimize", {}).catch(() => undefined);
  let isFull = false;
  let lastPing = { asked: 0, at: Number.NEGATIVE_INFINITY };
  const daily = setInterval(optimize, DAY_MS).unref();
  return {
    collections,
    async collection<S, F extends string, C extends string>(spec: CollectionSpec<S, F, C>) {
      const layout = layoutOf(spec);
      const shape = JSON.stringify(layout);
      if ((known.get(spec.name)?.layout ?? shape) !== shape) {
        throw new Problem("INTERNAL", `Collection ${spec.name} is open already, declared otherwise.`);
      }
      const missing = await answeredBySqlite(() => client.ask("open", { layout }));
      const filling = fillTable<S>(client, spec.name, sqlValuesOf(spec, layout), missing);
      fillings.set(spec.name, filling);
      const { outbox, recent, answers } = known.get(spec.name) ?? opened(client, spec.name);
      known.set(spec.name, { layout: shape, outbox, recent, answers });
      const adapted = sqliteCollection({ client, outbox, recent, answers }, spec, layout, filling);
      const collection = guarded(spec, journaled(spec, adapted, journal), answeredBySqlite);
      collections.push(collection as unknown as Collection<unknown, string>);
      return collection;
    },
    get filling() {
      return [...fillings].filter(([, { isFilling }]) => isFilling).map(([name]) => name);
    },
    async filled() {
      for (const { done } of fillings.values()) await answeredBySqlite(() => done);
    },
    async ping() {
      const isAtRest = client.asked === lastPing.asked && performance.now() - lastPing.at < AT_REST_MS;
      if (isAtRest && !isFull && !client.isClosed) return;
      ({ isFull } = await answeredBySqlite(() => client.ask("ping", {})));
      lastPing = { asked: client.asked, at: performance.now() };
    },
    hold: snapshotsOf(client),
    get isFull() {
      return isFull;
    },
    damagedJournalBytes: journal?.damaged ?? 0,
    size: () => answeredBySqlite(() => sizeOfFile(path)),
    async [Symbol.asyncDispose]() {
      clearInterval(daily);
      await client.close();
      await journal?.[Symbol.asyncDispose]();
    },
  };
}

function opened(client: Client, name: string) {
  const answers = new Answers();
  return { outbox: sqliteOutbox(client, name, answers), recent: new Recent(), answers };
}

async function openJournal(path: string | undefined, client: Client): Promise<Journal | undefined> {
  if (path === undefined) return undefined;
  return Journal.open(path).catch(async (error: unknown) => {
    await client.close();
    throw error;
  });
}

function lockedElsewhere(cause: unknown): never {
  throw /lock|busy/i.test(String(cause)) ? new Problem("STORE_LOCKED", undefined, { cause }) : cause;
}
