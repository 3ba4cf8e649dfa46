import { durablesOn } from "../retention/floor.ts";
import { durablesOf } from "./apply.ts";
import { DEAD, deadSubject, filterOf, nouns, producers, readers, REDRIVE, streamOf } from "./catalog.ts";
import type { Producer } from "./noun.ts";

/** What one client certificate may publish and subscribe to. */
export interface Permission {
  /** The certificate's SPIFFE id. */
  user: string;
  publish: string[];
  subscribe: string[];
}

/**
 * Allow-lists for nats-server, computed from the catalogue: a service publishes its own facts and dead letters, trims
 * its own stream, reads through its own durables, and has an inbox of its own. Operators may do everything.
 */
export function permissions(trustDomain: string, operators: readonly string[]): Permission[] {
  return [
    ...producers.map((producer) => ({
      user: `spiffe://${trustDomain}/service/${producer}`,
      publish: [...ownSubjects(producer), ...durableApi(producer)],
      subscribe: [`_INBOX_${producer}.>`, ...readers[producer].tail.map((name) => filterOf(nouns[name]))],
    })),
    ...operators.map((name) => ({
      user: `spiffe://${trustDomain}/operator/${name}`,
      publish: [">"],
      subscribe: [">"],
    })),
  ];
}

function ownSubjects(producer: Producer): string[] {
  const stream = streamOf(producer);
  return [
    `${producer}.>`,
    ...readers[producer].work.map((name) => deadSubject(producer, name)),
    ...[stream, DEAD, REDRIVE].map((name) => `$JS.API.STREAM.INFO.${name}`),
    // To trim: how old the first messages are, who has acknowledged what, and taking out what nobody needs.
    `$JS.API.STREAM.MSG.GET.${stream}`,
    `$JS.API.STREAM.PURGE.${stream}`,
    ...durablesOn(producer).map((durable) => `$JS.API.CONSUMER.INFO.${stream}.${durable}`),
  ];
}

function durableApi(producer: Producer): string[] {
  return durablesOf(producer).flatMap(({ stream, name }) => [
    `$JS.API.CONSUMER.INFO.${stream}.${name}`,
    `$JS.API.CONSUMER.MSG.NEXT.${stream}.${name}`,
    `$JS.ACK.${stream}.${name}.>`,
  ]);
}
