import { setTimeout } from "node:timers/promises";
import { MongoClient, type Db } from "mongodb";
import { bsonOptions } from "../codec.ts";
import { answered } from "./errors.ts";
import { mongoCollection } from "./collection.ts";
import type { Collection, CollectionSpec, Store } from "../port.ts";
import { Problem } from "@ntd/service";
import { guarded, type Answered } from "../guarded.ts";
import type { Filling } from "../filling.ts";
import { layoutOf } from "../layout.ts";
import { sizeIn } from "./size.ts";

/** So long what is read at that moment is waited for when the store is closed: the server may be away. */
const CLOSE_MS = 5000;

/** A MongoDB database; each write is acknowledged by the majority and journaled. Replicas may share it. */
export async function openMongo(url: string): Promise<Store> {
  const client = new MongoClient(url, {
    ...bsonOptions,
    writeConcern: { w: "majority", journal: true },
    // What a primary wrote and may still lose must not be read: its event would tell of a state that never was.
    readConcern: { level: "majority" },
    serverSelectionTimeoutMS: 5000,
  });
  await answered(() => client.connect());
  const db = client.db();
  const collections: Collection<unknown, string>[] = [];
  const fillings = new Map<string, Filling>();
  let isClosed = false;
  let isFull = false;
  // A database that has no room says so to whoever writes next; a tiny write tells when there is room again.
  const written: Answered = async (call) =>
    answered(call).catch((error: unknown) => {
      isFull ||= error instanceof Problem && error.reason === "STORE_FULL";
      throw error;
    });
  return {
    collections,
    async collection<S, F extends string, C extends string>(spec: CollectionSpec<S, F, C>) {
      const layout = layoutOf(spec);
      const { adapted, filling } = await mongoCollection(db, spec, layout, () => isClosed);
      fillings.set(spec.name, filling);
      const collection = guarded(spec, adapted, written);
      collections.push(collection as unknown as Collection<unknown, string>);
      return collection;
    },
    get filling() {
      return [...fillings].filter(([, { isFilling }]) => isFilling).map(([name]) => name);
    },
    async filled() {
      for (const { done } of fillings.values()) await answered(() => done);
    },
    async ping() {
      await answered(() => db.command({ ping: 1 }));
      if (isFull) isFull = await hasNoRoom(db);
    },
    hold: () => Promise.reject(new Problem("STORE_COPIED_ELSEWHERE")),
    damagedJournalBytes: 0,
    get isFull() {
      return isFull;
    },
    size: () => answered(async () => sizeIn(await db.command({ dbStats: 1 }))),
    async [Symbol.asyncDispose]() {
      isClosed = true;
      // A client that is closed kills the cursors it reads from at that moment; servers have died of that.
      const rest = Promise.all([...fillings.values()].map((filling) => filling.atRest()));
      await Promise.race([rest, setTimeout(CLOSE_MS, undefined, { ref: false })]);
      await client.close();
    },
  };
}

async function hasNoRoom(db: Db): Promise<boolean> {
  const rooms = db.collection<{ _id: string; at: Date }>("_room");
  return answered(() => rooms.updateOne({ _id: "room" }, { $set: { at: new Date() } }, { upsert: true })).then(
    () => false,
    (error: unknown) => error instanceof Problem && error.reason === "STORE_FULL",
  );
}
