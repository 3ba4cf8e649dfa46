import { durablesOf } from "./apply.ts";
import { filterOf, nouns, producers, readers, streamOf } from "./catalog.ts";
import type { Producer } from "./noun.ts";

/** What one client certificate may publish and subscribe to. */
export interface Permission {
  /** The certificate's SPIFFE id. */
  user: string;
  publish: string[];
  subscribe: string[];
}

/**
 * Allow-lists for nats-server, computed from the catalogue: a service publishes its own facts and dead letters, reads
 * through its own durables, and has an inbox of its own. Operators may do everything.
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
  return [`${producer}.>`, `dead.${producer}.>`, `$JS.API.STREAM.INFO.${streamOf(producer)}`];
}

function durableApi(producer: Producer): string[] {
  return durablesOf(producer).flatMap(({ stream, name }) => [
    `$JS.API.CONSUMER.INFO.${stream}.${name}`,
    `$JS.API.CONSUMER.MSG.NEXT.${stream}.${name}`,
    `$JS.ACK.${stream}.${name}.>`,
  ]);
}
