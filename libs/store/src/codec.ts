import { deserialize, serialize } from "bson";

// Both adapters keep states as BSON with the same options, so that a state reads back the same from either:
// dates as Date, bytes as Uint8Array, 64-bit integers as bigint, undefined dropped.
export const bsonOptions = { promoteBuffers: true, useBigInt64: true, ignoreUndefined: true } as const;

export function encode(value: object): Uint8Array {
  return serialize({ value }, { ignoreUndefined: true });
}

export function decode<T>(bytes: Uint8Array): T {
  return deserialize(bytes, bsonOptions)["value"] as T;
}
