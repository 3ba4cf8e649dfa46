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
  /** Copies of each stream: 1 on one node, 3 in a cluster. */
  replicas?: number;
  /** After this long without a sign of life a message is given to another reader. Default 10 s. */
  ackWaitMs?: number;
  /** Upper bound of each fact stream; a full one refuses. Default: what the server's disk allows. */
  maxMessages?: number;
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

function streams({ replicas = 1, maxMessages = -1 }: ApplyOptions): (Partial<StreamConfig> & { name: string })[] {
  const common = { retention: RetentionPolicy.Limits, storage: StorageType.File, num_replicas: replicas, max_age: 0 };
  const refusing = { ...common, discard: DiscardPolicy.New, duplicate_window: 120e9 };
  return [
    ...producers.map((p) => ({ ...refusing, name: streamOf(p), subjects: [`${p}.>`], max_msgs: maxMessages })),
    { ...refusing, name: DEAD, subjects: ["dead.>"] },
    { ...refusing, name: REDRIVE, subjects: ["redrive.>"] },
  ];
}

async function applyStream(
  manager: JetStreamManager,
  config: Partial<StreamConfig> & { name: string },
): Promise<boolean> {
  const found = await orMissing(manager.streams.info(config.name));
  if (found === undefined) await manager.streams.add(config);
  else await manager.streams.update(config.name, config);
  return found === undefined;
}

async function applyDurable(manager: JetStreamManager, durable: Durable, options: ApplyOptions): Promise<boolean> {
  const config: Partial<ConsumerConfig> = {
    durable_name: durable.name,
    filter_subject: durable.filter,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: (options.ackWaitMs ?? 10_000) * 1e6,
    max_deliver: -1,
    max_ack_pending: 1000,
  };
  const found = await orMissing(manager.consumers.info(durable.stream, durable.name));
  const stream = await manager.streams.info(durable.stream);
  const ahead = found !== undefined && found.delivered.stream_seq > stream.state.last_seq;
  if (ahead) await manager.consumers.delete(durable.stream, durable.name);
  if (found === undefined || ahead) await manager.consumers.add(durable.stream, config);
  else await manager.consumers.update(durable.stream, durable.name, config);
  return found === undefined || ahead;
}

async function orMissing<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.status === 404) return undefined;
    throw error;
  }
}
