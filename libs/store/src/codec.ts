import { deserialize, serialize } from "bson";

// Both adapters keep states as BSON with the same options, so that a state reads back the same from either:
// dates as Date, bytes as Uint8Array, 64-bit integers as bigint, undefined dropped.
export const bsonOptions = { promoteBuffers: true, useBigInt64: true, ignoreUndefined: true } as const;

export function encode(value: object): Uint8Array {
  return serialize({ value }, { ignoreUndefined: true });
}

/** In memory of its own: a buffer of Node's pool crosses to another thread with the whole pool, 64 KiB. */
export function encoded(value: object): Uint8Array {
  return new Uint8Array(encode(value));
}

export function decode<T>(bytes: Uint8Array): T {
  return deserialize(bytes, bsonOptions)["value"] as T;
}

/** Reads what stands at the end of `path`, and what stands within that stays bytes: a state that nobody asks for costs nothing. */
export function decodeShallow(bytes: Uint8Array, ...path: readonly string[]): Record<string, unknown> {
  const found = deserialize(bytes, { ...bsonOptions, raw: true }) as Record<string, unknown>;
  const [name, ...rest] = path;
  return name === undefined ? found : decodeShallow(found[name] as Uint8Array, ...rest);
}
