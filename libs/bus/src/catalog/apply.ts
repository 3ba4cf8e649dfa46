import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
  JetStreamApiError,
} from "@nats-io/jetstream";
import type { ConsumerConfig, JetStreamManager, StreamConfig } from "@nats-io/jetstream";
import { Problem } from "@ntd/service";
import { DEAD, durableOf, filterOf, nouns, producers, readers, REDRIVE, redriveSubject, streamOf } from "./catalog.ts";
import type { Producer } from "./noun.ts";

export interface ApplyOptions {
  // What is not given stays as it is; a new stream or consumer takes the default.
  /** Copies of each stream: 1 on one node (default), 3 in a cluster. */
  replicas?: number;
  /** After this long without a sign of life a message is given to another reader. Default 10 s. */
  ackWaitMs?: number;
  /** Upper bounds of each fact stream; a full one refuses. Default: 1 GiB, any number of messages. */
  maxMessages?: number;
  maxBytes?: number;
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
  const growing: Growing[] = [];
  for (const config of streams(options)) {
    const { isNew, grows } = await applyStream(manager, config);
    if (isNew) made.push(config.name);
    if (grows !== undefined) growing.push(grows);
  }
  await grow(manager, growing);
  for (const durable of producers.flatMap(durablesOf)) {
    if (await applyDurable(manager, durable, options)) made.push(`${durable.stream}/${durable.name}`);
  }
  return made;
}

type NamedStream = Partial<StreamConfig> & { name: string };

const GIB = 2 ** 30;
const LEAST_BYTES = GIB / 64;
const NO_ROOM = 10_047;
const DAYS = 86_400e9;

/** Bounds of the streams that nobody trims: what lies there longer goes, what comes when one is full is refused. */
const own = {
  // One subject of many may not take the room of the others.
  [DEAD]: {
    max_msgs: 200_000,
    max_msgs_per_subject: 20_000,
    discard_new_per_subject: true,
    max_age: 365 * DAYS,
  },
  [REDRIVE]: { max_msgs: 20_000, max_age: 90 * DAYS },
};
/** The bytes of these; of the others 1 GiB. */
const wanted: Readonly<Record<string, number>> = { [DEAD]: GIB / 4, [REDRIVE]: GIB / 4 };

function streams({ replicas, maxMessages, maxBytes }: ApplyOptions): NamedStream[] {
  const copies = replicas === undefined ? {} : { num_replicas: replicas };
  const bound = {
    ...(maxMessages !== undefined && { max_msgs: maxMessages }),
    ...(maxBytes !== undefined && { max_bytes: maxBytes }),
  };
  const refusing = { discard: DiscardPolicy.New, duplicate_window: 120e9, ...copies };
  return [
    { ...refusing, ...own[DEAD], name: DEAD, subjects: ["dead.>"] },
    { ...refusing, ...own[REDRIVE], name: REDRIVE, subjects: ["redrive.>"] },
    ...producers.map((p) => ({ ...refusing, ...bound, max_age: 0, name: streamOf(p), subjects: [`${p}.>`] })),
  ];
}

/** A stream whose bound is still to be raised, and how far if there is room. */
interface Growing {
  config: NamedStream;
  bytes: number;
  most: number;
}

/** Made with the least bound, so that there is one for every stream; one that an operator asked for is as asked. */
async function applyStream(
  manager: JetStreamManager,
  config: NamedStream,
): Promise<{ isNew: boolean; grows?: Growing }> {
  const found = await infoOf(manager.streams.info(config.name));
  const isBounded = found !== undefined && found.config.max_bytes > 0;
  // A stream of an earlier release has no bound yet; one that is above the default gets room.
  const held = isBounded ? 0 : 2 * (found?.state.bytes ?? 0);
  const bytes = config.max_bytes ?? (isBounded ? found.config.max_bytes : Math.max(LEAST_BYTES, held));
  // Cut off while it grows, or on a disk that was small then, it goes on growing at the next time.
  const grows = config.max_bytes === undefined && (!isBounded || found.config.metadata?.[BOUND] === GROWN);
  const metadata = { [BOUND]: grows ? GROWN : "set" };
  const bounded = { ...config, max_bytes: bytes, metadata };
  const fixed = { retention: RetentionPolicy.Limits, storage: StorageType.File };
  const apply = () =>
    found === undefined ? manager.streams.add({ ...fixed, ...bounded }) : manager.streams.update(config.name, bounded);
  await withRoom(config.name, bytes, apply).catch((problem: unknown) => {
    // On a disk that has become too small for what was set aside, nats-server refuses even what changes nothing.
    if (found?.config.max_bytes !== bytes) throw problem;
  });
  const most = Math.max(wanted[config.name] ?? GIB, held);
  return { isNew: found === undefined, ...(grows && bytes < most && { grows: { config, bytes, most } }) };
}

/** Whose a bound is, in the stream's metadata: what an operator has set stays. */
const BOUND = "ntd-bound";
const GROWN = "grown";

/** Doubles the bounds in turn as long as nats-server has room: a small disk is shared by all streams. */
async function grow(manager: JetStreamManager, growing: readonly Growing[]): Promise<void> {
  for (let left = [...growing]; left.length > 0; left = left.filter(({ bytes, most }) => bytes < most)) {
    for (const one of left) {
      const bytes = Math.min(2 * one.bytes, one.most);
      try {
        await manager.streams.update(one.config.name, { ...one.config, max_bytes: bytes });
      } catch (error) {
        if (isNoRoom(error)) return;
        throw error;
      }
      one.bytes = bytes;
    }
  }
}

/** nats-server sets the room of a bound aside. */
async function withRoom(name: string, bytes: number, apply: () => Promise<unknown>): Promise<void> {
  try {
    await apply();
  } catch (error) {
    if (!isNoRoom(error)) throw error;
    const size = `${Math.ceil(bytes / 2 ** 20)} MiB`;
    const detail = `nats-server has no room for ${size} of stream ${name}: make room on its disk, raise its max_file_store, or lower --max-bytes.`;
    throw new Problem("STREAM_FULL", detail, { cause: error });
  }
}

const isNoRoom = (error: unknown) => error instanceof JetStreamApiError && error.code === NO_ROOM;

async function applyDurable(manager: JetStreamManager, durable: Durable, options: ApplyOptions): Promise<boolean> {
  const found = await infoOf(manager.consumers.info(durable.stream, durable.name));
  const stream = await manager.streams.info(durable.stream);
  const ahead = found !== undefined && found.delivered.stream_seq > stream.state.last_seq;
  const anew = found !== undefined && (ahead || options.recreateConsumers === true);
  if (anew) await manager.consumers.delete(durable.stream, durable.name);
  const wait = options.ackWaitMs === undefined ? {} : { ack_wait: options.ackWaitMs * 1e6 };
  if (found === undefined || anew) await manager.consumers.add(durable.stream, newDurable(durable, options));
  else
    await manager.consumers.update(durable.stream, durable.name, {
      filter_subject: durable.filter,
      max_ack_pending: MOST_RESTING,
      ...wait,
    });
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
    max_ack_pending: MOST_RESTING,
  };
}

/**
 * What was given back for a while counts as unacknowledged: from so many on the server hands out nothing more of the
 * durable. Readers ask only for what they have hands for.
 */
const MOST_RESTING = 10_000;

/** What a request found; undefined when the bus says that there is no such thing. */
export async function infoOf<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.status === 404) return undefined;
    throw error;
  }
}
