import { createHmac, hash } from "node:crypto";
import { v5 } from "uuid";

const NAMESPACE = "6f1c4f0e-7b0d-5c58-9d3e-2f6a1f6b8c11";

/**
 * A name-based UUID (version 5, RFC 9562) over the JSON array of `kind` and its causes: what is created because of an
 * event has the same id however often the event comes.
 */
export function derivedId(kind: string, ...causes: readonly (string | number)[]): string {
  return v5(JSON.stringify([kind, ...causes]), NAMESPACE);
}

/**
 * `derivedId` as 16 bytes, for many ids whose first causes are the same: in a third of its time. The causes that are
 * still to come are texts without quotation marks, backslashes and control characters.
 */
export function derivedIds(kind: string, ...causes: readonly string[]): (...more: readonly string[]) => Uint8Array {
  const start = JSON.stringify([kind, ...causes]).slice(0, -1);
  const from = NAMESPACE_BYTES.length + Buffer.byteLength(start);
  let name = Buffer.concat([NAMESPACE_BYTES, Buffer.from(start)], from + 128);
  return (...more) => {
    const rest = `,"${more.join('","')}"]`;
    const end = from + Buffer.byteLength(rest);
    if (end > name.length) name = Buffer.concat([name], 2 * end);
    name.write(rest, from);
    const id = hash("sha1", name.subarray(0, end), "buffer").subarray(0, 16);
    id[6] = ((id[6] ?? 0) & 0x0f) | 0x50;
    id[8] = ((id[8] ?? 0) & 0x3f) | 0x80;
    return id;
  };
}

const NAMESPACE_BYTES = Buffer.from(NAMESPACE.replaceAll("-", ""), "hex");

/** A keyed id (HMAC-SHA-256, 128 bits as hex) of text that must not be guessed from the id, such as an address. */
export function keyedId(key: Uint8Array, ...parts: readonly (string | number)[]): string {
  return createHmac("sha256", key).update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}
