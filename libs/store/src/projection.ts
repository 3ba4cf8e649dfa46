import type { BytesColumn, ColumnKind, Columns } from "./port.ts";

/** A column while it is read: values come one document after the other. */
export interface Gathering {
  add(value: unknown): void;
  done(): Gathered;
}

/** A column as data that may be handed to another thread: `bytes` one behind the other, with the end of each. */
export type Gathered = Float64Array | string[] | { data: Uint8Array; ends: Float64Array };

export function gathering(kind: ColumnKind): Gathering {
  if (kind === "number") return numbers();
  if (kind === "bytes") return bytes();
  const texts: string[] = [];
  return { add: (value) => void texts.push(typeof value === "string" ? value : ""), done: () => texts };
}

/** The column as its reader sees it. */
export function columnOf<K extends ColumnKind>(gathered: Gathered): Columns[K] {
  const isBytes = !Array.isArray(gathered) && !(gathered instanceof Float64Array);
  return (isBytes ? bytesColumn(gathered.data, gathered.ends) : gathered) as Columns[K];
}

function numbers(): Gathering {
  let values = new Float64Array(1024);
  let length = 0;
  return {
    add(value) {
      if (length === values.length) values = grown(values, new Float64Array(2 * length));
      const plain = value instanceof Date ? value.getTime() : value;
      values[length++] = typeof plain === "number" || typeof plain === "boolean" ? Number(plain) : NaN;
    },
    done: () => values.slice(0, length),
  };
}

function bytes(): Gathering {
  let data = new Uint8Array(4096);
  let used = 0;
  const ends = numbers();
  return {
    add(value) {
      const some = value instanceof Uint8Array ? value : new Uint8Array();
      if (used + some.length > data.length) {
        data = grown(data, new Uint8Array(2 * Math.max(data.length, used + some.length)));
      }
      data.set(some, used);
      used += some.length;
      ends.add(used);
    },
    done: () => ({ data: data.slice(0, used), ends: ends.done() as Float64Array }),
  };
}

function grown<T extends Float64Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

function bytesColumn(data: Uint8Array, ends: Float64Array): BytesColumn {
  return {
    length: ends.length,
    at: (index) => data.subarray(index === 0 ? 0 : ends[index - 1], ends[index]),
  };
}
