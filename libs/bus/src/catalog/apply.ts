import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
  JetStreamApiError,
} from "@nats-io/jetstream";
import type { ConsumerConfig, JetStreamManager, StreamConfig } from "@nats-io/jetstream";
import { DEAD, durableOf, filterOf, nouns, producers, readers, REDRIVE, redriveSubject, streamOf } from "./catalog.ts";
import type { Producer } from "./noun.ts";

export interface ApplyOptions {
  // What is not given stays as it is; a new stream or consumer takes the default.
  /** Copies of each stream: 1 on one node (default), 3 in a cluster. */
  replicas?: number;
  /** After this long without a sign of life a message is given to another reader. Default 10 s. */
  ackWaitMs?: number;
  /** Upper bound of each fact stream; a full one refuses. Default: what the server's disk allows. */
  maxMessages?: number;
  /** Make every consumer anew from the first message: after streams were restored from a backup. */
  recreateConsumers?: boolean;
}

/** A durable that must exist: where it reads and what. */
export interface Durable {
  stream: string;
  name: string;
  filter: string;
}

/** Every durable of a reader: one per noun on the facts, one per noun on what is sent again. */
export function durablesOf(reader: Producer): Durable[] {
  return readers[reader].work.flatMap((name) => {
    const durable = durableOf(reader, name);
    const noun = nouns[name];
    return [
      { stream: streamOf(noun.service), name: durable, filter: filterOf(noun) },
      { stream: REDRIVE, name: durable, filter: redriveSubject(reader, name) },
    ];
  });
}

/**
 * Declares every stream and consumer of the catalogue; may be repeated. A consumer that remembers a later message than
 * its stream holds (the stream was lost or restored) is made anew from the first message: it would deliver nothing.
 *
 * @returns names of what was created or made anew.
 */
export async function applyBus(manager: JetStreamManager, options: ApplyOptions = {}): Promise<string[]> {
  const made: string[] = [];
  for (const config of streams(options)) {
    if (await applyStream(manager, config)) made.push(config.name);
  }
  for (const durable of producers.flatMap(durablesOf)) {
    if (await applyDurable(manager, durable, options)) made.push(`${durable.stream}/${durable.name}`);
  }
  return made;
}

type NamedStream = Partial<StreamConfig> & { name: string };

function streams({ replicas, maxMessages }: ApplyOptions): NamedStream[] {
  const copies = replicas === undefined ? {} : { num_replicas: replicas };
  const bound = maxMessages === undefined ? {} : { max_msgs: maxMessages };
  const refusing = { discard: DiscardPolicy.New, duplicate_window: 120e9, max_age: 0, ...copies };
  return [
    ...producers.map((p) => ({ ...refusing, ...bound, name: streamOf(p), subjects: [`${p}.>`] })),
    { ...refusing, name: DEAD, subjects: ["dead.>"] },
    { ...refusing, name: REDRIVE, subjects: ["redrive.>"] },
  ];
}

async function applyStream(manager: JetStreamManager, config: NamedStream): Promise<boolean> {
  const found = await orMissing(manager.streams.info(config.name));
  const fixed = { retention: RetentionPolicy.Limits, storage: StorageType.File };
  if (found === undefined) await manager.streams.add({ ...fixed, ...config });
  else await manager.streams.update(config.name, config);
  return found === undefined;
}

async function applyDurable(manager: JetStreamManager, durable: Durable, options: ApplyOptions): Promise<boolean> {
  const found = await orMissing(manager.consumers.info(durable.stream, durable.name));
  const stream = await manager.streams.info(durable.stream);
  const ahead = found !== undefined && found.delivered.stream_seq > stream.state.last_seq;
  const anew = found !== undefined && (ahead || options.recreateConsumers === true);
  if (anew) await manager.consumers.delete(durable.stream, durable.name);
  const wait = options.ackWaitMs === undefined ? {} : { ack_wait: options.ackWaitMs * 1e6 };
  if (found === undefined || anew) await manager.consumers.add(durable.stream, newDurable(durable, options));
  else await manager.consumers.update(durable.stream, durable.name, { filter_subject: durable.filter, ...wait });
  return found === undefined || anew;
}

function newDurable(durable: Durable, { ackWaitMs = 10_000 }: ApplyOptions): Partial<ConsumerConfig> {
  return {
    durable_name: durable.name,
    filter_subject: durable.filter,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: ackWaitMs * 1e6,
    max_deliver: -1,
    max_ack_pending: 1000,
  };
}

async function orMissing<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.status === 404) return undefined;
    throw error;
  }
}
