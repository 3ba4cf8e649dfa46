import { MongoClient } from "mongodb";
import { bsonOptions } from "../codec.ts";
import { answered } from "./errors.ts";
import { mongoCollection } from "./collection.ts";
import type { Collection, CollectionSpec, Store } from "../port.ts";
import { guarded } from "../guarded.ts";

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
  return {
    collections,
    async collection<S, F extends string, C extends string>(spec: CollectionSpec<S, F, C>) {
      const collection = guarded(spec, await mongoCollection(db, spec), answered);
      collections.push(collection as unknown as Collection<unknown, string>);
      return collection;
    },
    async ping() {
      await answered(() => db.command({ ping: 1 }));
    },
    async [Symbol.asyncDispose]() {
      await client.close();
    },
  };
}
