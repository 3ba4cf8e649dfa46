import { createHmac, createSecretKey, hash, type KeyObject } from "node:crypto";

const NAMESPACE_BYTES = Buffer.from("6f1c4f0e7b0d5c589d3e2f6a1f6b8c11", "hex");

/**
 * A name-based UUID (version 5, RFC 9562) over the JSON array of `kind` and its causes: what is created because of an
 * event has the same id however often the event comes.
 */
export function derivedId(kind: string, ...causes: readonly (string | number)[]): string {
  const name = Buffer.from(JSON.stringify([kind, ...causes]));
  return uuidOfHex(Buffer.from(versionFive(Buffer.concat([NAMESPACE_BYTES, name]))).toString("hex"));
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
    // So many bytes a character has at the most.
    const most = from + 3 * rest.length;
    if (most > name.length) name = Buffer.concat([name], 2 * most);
    return versionFive(name.subarray(0, from + name.write(rest, from)));
  };
}

/** The UUID of a namespace and a name behind it: their SHA-1 with version and variant written in. */
function versionFive(namespaceAndName: Uint8Array): Uint8Array {
  // By way of a text: a digest as bytes has memory of its own, which takes twice as long again as the digest.
  const digest = hash("sha1", namespaceAndName, "binary");
  const id = new Uint8Array(16);
  for (let i = 0; i < id.length; i++) id[i] = digest.charCodeAt(i);
  id[6] = ((id[6] ?? 0) & 0x0f) | 0x50;
  id[8] = ((id[8] ?? 0) & 0x3f) | 0x80;
  return id;
}

/** A keyed id (HMAC-SHA-256, 128 bits as hex) of text that must not be guessed from the id, such as an address. */
export function keyedId(key: Uint8Array, ...parts: readonly (string | number)[]): string {
  return createHmac("sha256", madeOf(key)).update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}

/** To make a key of its bytes takes several times as long as the digest of a short text. */
function madeOf(bytes: Uint8Array): KeyObject {
  const made = MADE.get(bytes) ?? createSecretKey(bytes);
  MADE.set(bytes, made);
  return made;
}

const MADE = new WeakMap<Uint8Array, KeyObject>();

/** The UUID of the 32 hex digits that stand there, as they are. */
export function uuidOfHex(hex: string, at = 0): string {
  const part = (from: number, to: number) => hex.slice(at + from, at + to);
  return `${part(0, 8)}-${part(8, 12)}-${part(12, 16)}-${part(16, 20)}-${part(20, 32)}`;
}

/** The UUIDs whose 16 bytes each stand one behind the other, in lower case. */
export function uuidsIn(bytes: Uint8Array): string[] {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
  return Array.from({ length: bytes.byteLength / 16 }, (_, nth) => uuidOfHex(hex, 32 * nth));
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}
