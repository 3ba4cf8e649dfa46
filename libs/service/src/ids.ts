import { createHmac } from "node:crypto";
import { v5 } from "uuid";

const NAMESPACE = "6f1c4f0e-7b0d-5c58-9d3e-2f6a1f6b8c11";

/**
 * A name-based UUID (version 5, RFC 9562) over the JSON array of `kind` and its causes: what is created because of an
 * event has the same id however often the event comes.
 */
export function derivedId(kind: string, ...causes: readonly (string | number)[]): string {
  return v5(JSON.stringify([kind, ...causes]), NAMESPACE);
}

/** A keyed id (HMAC-SHA-256, 128 bits as hex) of text that must not be guessed from the id, such as an address. */
export function keyedId(key: Uint8Array, ...parts: readonly (string | number)[]): string {
  return createHmac("sha256", key).update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}
