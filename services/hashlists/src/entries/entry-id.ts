import type { Algorithm, Fingerprint } from "@ntd/proto/common/v1/common";
import { derivedIds, uuidsIn } from "@ntd/service";
import { lengthFault, type AlgorithmName } from "../formats/entry-line.ts";

/** Bytes of an entry id. */
export const ID_BYTES = 16;

/** The ids of a set's entries. Named for the set and not for the release: the same hash is the same entry in the next. */
export function entryIds(setId: string): (algorithm: AlgorithmName, hex: string) => Uint8Array {
  return derivedIds("entry", setId);
}

/** The ids that stand one behind the other in `bytes`, as UUIDs. */
export function idTexts(bytes: Uint8Array): string[] {
  return uuidsIn(bytes);
}

/** The ids that stand one behind the other in `bytes`, each as a text of as many characters: for maps and sets. */
export function idKeys(bytes: Uint8Array): string[] {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  return Array.from({ length: all.length / ID_BYTES }, (_, i) => all.slice(i * ID_BYTES, (i + 1) * ID_BYTES));
}

/** The key of one of them. */
export function keyAt(ids: Uint8Array, i: number): string {
  return idKeys(ids.subarray(i * ID_BYTES, (i + 1) * ID_BYTES))[0] ?? "";
}

/** Of what is no UUID it has other than 16 characters. */
export function keyOf(id: string): string {
  return Buffer.from(id.replaceAll("-", ""), "hex").toString("latin1");
}

/** Where an id stands among those in `bytes`, or −1: a few are found so sooner than all of these are made keys. */
export function placeOfKey(bytes: Uint8Array, key: string): number {
  const ids = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = ids.indexOf(key, 0, "latin1");
  while (at % ID_BYTES > 0) at = ids.indexOf(key, at + 1, "latin1");
  return at < 0 ? -1 : at / ID_BYTES;
}

export function keyText(key: string): string {
  return idTexts(Buffer.from(key, "latin1"))[0] ?? "";
}

/** UUIDs to look for, by their hex digits. */
export type WantedIds = ReadonlyMap<string, string>;

export function wantedIds(ids: Iterable<string>): WantedIds {
  return new Map(Array.from(ids, (id) => [id.replaceAll("-", ""), id]));
}

/** Those of the wanted that stand in `bytes`, one behind the other. */
export function wantedIn(bytes: Uint8Array, wanted: WantedIds): string[] {
  const hex = hexOf(bytes);
  const found: string[] = [];
  for (let at = 0; at < hex.length; at += 2 * ID_BYTES) {
    const id = wanted.get(hex.slice(at, at + 2 * ID_BYTES));
    if (id !== undefined) found.push(id);
  }
  return found;
}

/** UUIDs as bytes, one behind the other. */
export function idBytes(ids: readonly string[]): Uint8Array {
  return Buffer.from(ids.join("").replaceAll("-", ""), "hex");
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

const NAMES: Partial<Record<Algorithm, AlgorithmName>> = {
  ALGORITHM_SHA256: "SHA256",
  ALGORITHM_SHA1: "SHA1",
  ALGORITHM_MD5: "MD5",
  ALGORITHM_PDQ: "PDQ",
  ALGORITHM_BLOCKHASH256: "BLOCKHASH256",
  ALGORITHM_VPDQ: "VPDQ",
};

/** How ids and lists name an algorithm; undefined for one that lists do not have. */
export function algorithmName(algorithm: Algorithm): AlgorithmName | undefined {
  return NAMES[algorithm];
}

/** The id of an entry that somebody names, or which field of its name is wrong, and how. */
export type ReadEntry = { id: string } | { below: string; description: string };

/** @param idOf of a set, as `entryIds` makes it. */
export function idOfFingerprint({ algorithm, value }: Fingerprint, idOf: ReturnType<typeof entryIds>): ReadEntry {
  const name = algorithmName(algorithm);
  if (name === undefined) return { below: ".algorithm", description: "is none that lists have" };
  const wrong = lengthFault(name, value.length);
  if (wrong !== undefined) return { below: ".value", description: wrong };
  return { id: idTexts(idOf(name, Buffer.from(value).toString("hex")))[0] ?? "" };
}
