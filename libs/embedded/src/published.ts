import { streamOf, type Bus, type Noun } from "@ntd/bus";

/** A fact as it stands in its stream. */
export interface Published<T> {
  verb: string;
  version: number;
  data: T;
  headers: Record<string, string>;
}

/** Read so many at a time: who follows 60 reports reads thousands of messages. */
const READ_AT_ONCE = 100;

/** Every message of a noun so far, oldest first; an operator may read them. */
export async function published<T>(bus: Bus, noun: Noun<T>): Promise<Published<T>[]> {
  const stream = streamOf(noun.service);
  const { state } = await bus.manager.streams.info(stream);
  const found: Published<T>[] = [];
  for (let from = Math.max(1, state.first_seq); from <= state.last_seq; from += READ_AT_ONCE) {
    const length = Math.min(READ_AT_ONCE, state.last_seq - from + 1);
    const reads = Array.from({ length }, (_, i) => bus.manager.streams.getMessage(stream, { seq: from + i }));
    for (const stored of await Promise.all(reads)) {
      const [, name, verb = ""] = stored?.subject.split(".") ?? [];
      if (!stored || name !== noun.name) continue;
      const headers = Object.fromEntries([...stored.header].map(([key, values]) => [key, values[0] ?? ""]));
      const version = Number(headers["ce-aggregateversion"]);
      found.push({ verb, version, data: noun.codec.decode(stored.data), headers });
    }
  }
  return found;
}
