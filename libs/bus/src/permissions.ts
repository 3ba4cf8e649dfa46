import { durablesOf } from "./apply.ts";
import { nouns, producers, readers, streamOf } from "./catalog.ts";
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
      publish: [...ownSubjects(producer), ...durableApi(producer), ...tailApi(producer)],
      subscribe: [`_INBOX_${producer}.>`],
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

// An ordered consumer is made, asked and removed under names of the client's choosing.
function tailApi(producer: Producer): string[] {
  return readers[producer].tail.flatMap((name) => {
    const stream = streamOf(nouns[name].service);
    return [
      `$JS.API.STREAM.INFO.${stream}`,
      `$JS.API.CONSUMER.CREATE.${stream}.>`,
      `$JS.API.CONSUMER.INFO.${stream}.*`,
      `$JS.API.CONSUMER.MSG.NEXT.${stream}.*`,
      `$JS.API.CONSUMER.DELETE.${stream}.*`,
    ];
  });
}
