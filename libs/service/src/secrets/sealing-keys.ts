import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { open, rename, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { flushed } from "../process/whole-file.ts";
import { Problem, shown } from "../problem/problem.ts";
import type { LegalHold } from "./legal-hold.ts";

/**
 * What sealed texts are of, since each is kept for another time: reported addresses (also within signed notices and
 * records), how to reach a person, and what people wrote (descriptions, notes, reasons, complaints, feedback).
 */
export const sealingClasses = ["address", "contact", "words"] as const;
export type SealingClass = (typeof sealingClasses)[number];

/** The keys under which a legal hold of a case seals its texts anew, of whatever class they are: past no period. */
export const HELD = "held";
const keyClasses = [...sealingClasses, HELD] as const;
export type KeyClass = (typeof keyClasses)[number];

/** One key of a key file. */
export interface SealingKey {
  /** `<class>-YYYY-MM`; until 0.3 `YYYY-MM`, for every class. */
  id: string;
  /** 32 bytes, base64. */
  key: string;
  /** What keeps it beyond its period; absent where nothing does. */
  holds?: LegalHold[];
}

/** What the id of a key says: undefined when it is none. A key of a month alone is of every class. */
export function partsOf(id: string): { of: KeyClass | "every class"; month: string } | undefined {
  const [, name, month] = /^(?:([a-z]+)-)?(\d{4}-(?:0[1-9]|1[0-2]))$/.exec(id) ?? [];
  if (month === undefined) return undefined;
  if (name === undefined) return { of: "every class", month };
  const known = keyClasses.find((each) => each === name);
  return known && { of: known, month };
}

/** The months of the keys of a class, or of all. */
export function monthsOf(ids: readonly string[], of?: string): string[] {
  return ids
    .map((id) => partsOf(id))
    .filter((parts) => parts !== undefined && (of === undefined || parts.of === of))
    .map((parts) => parts?.month ?? "")
    .toSorted();
}

/**
 * The key that seals a class in a month: the newest of its own that has begun, else the newest of every class. A class
 * whose first key is of a month to come is sealed as before until then. What is held never goes under a key of every
 * class, which has a period.
 */
export function sealingId(ids: readonly string[], of: KeyClass, month: string): string | undefined {
  const [own, every] = [monthsOf(ids, of), of === HELD ? [] : monthsOf(ids, "every class")];
  const begun = (months: string[]) => months.findLast((each) => each <= month);
  const [first, later] = [begun(own), begun(every)];
  if (first !== undefined) return `${of}-${first}`;
  return later ?? (own[0] === undefined ? every[0] : `${of}-${own[0]}`);
}

/**
 * The keys of a file `{"keys": [{"id": "address-2026-11", "key": "<32 bytes base64>"}]}`.
 *
 * @throws Problem CONFIG_INVALID when the file is not like that.
 */
export function readSealingKeys(path: string): SealingKey[] {
  const keys = keysIn(path);
  const wrong = keys.find(({ id }) => partsOf(id) === undefined);
  if (wrong !== undefined) throw refused(path, `but has a key ${shown(wrong.id)}`);
  const twice = keys.find(({ id }, at) => keys.findIndex((other) => other.id === id) !== at);
  if (twice !== undefined) throw refused(path, `but has two keys ${twice.id}`);
  return keys;
}

function keysIn(path: string): SealingKey[] {
  try {
    const { keys } = JSON.parse(readFileSync(path, "utf8")) as { keys?: Partial<SealingKey>[] };
    if (Array.isArray(keys) && keys.length > 0) return keys.map(keyOf);
  } catch (cause) {
    throw new Problem("CONFIG_INVALID", `${path} cannot be read as a file of sealing keys.`, { cause });
  }
  throw refused(path, "but has none");
}

function keyOf({ id, key, holds }: Partial<SealingKey>): SealingKey {
  return { id: String(id), key: String(key), ...(Array.isArray(holds) && { holds }) };
}

function refused(path: string, why: string): Problem {
  return new Problem(
    "CONFIG_INVALID",
    `${path} must hold {"keys": [{"id": "<class>-YYYY-MM", "key": "<32 bytes base64>"}]} with the classes ` +
      `${keyClasses.join(", ")}, ${why}.`,
  );
}

/** `keys` and a fresh one for each class, and for what is held, where there is none of the month (`YYYY-MM`). */
export function withMonth(keys: readonly SealingKey[], month: string): SealingKey[] {
  const missing = keyClasses
    .map((of) => `${of}-${month}`)
    .filter((id) => !keys.some((key) => key.id === id))
    .map((id) => ({ id, key: randomBytes(32).toString("base64") }));
  return [...keys, ...missing];
}

/**
 * Puts `keys` in the place of a key file, for its owner alone or as the old one was. A reader sees the old file or the
 * new one, also after a power cut; then the old one's bytes are overwritten (what a disk keeps of them by itself, and
 * what lies in a copy, is beyond reach).
 */
export async function writeSealingKeys(path: string, keys: readonly SealingKey[]): Promise<void> {
  const before = await stat(path).catch(() => undefined);
  const next = `${path}.new`;
  await written(next, JSON.stringify({ keys }), before);
  const old = before && (await open(path, "r+"));
  try {
    await rename(next, path);
    await flushed(dirname(path));
    if (old === undefined || before === undefined) return;
    await old.write(Buffer.alloc(before.size), 0, before.size, 0);
    await old.sync();
  } finally {
    await old?.close();
  }
}

async function written(
  path: string,
  text: string,
  like: { mode: number; uid: number; gid: number } | undefined,
): Promise<void> {
  await using file = await open(path, "w", 0o600);
  // One that a crash left behind keeps its own mode.
  await file.chmod((like?.mode ?? 0o600) & 0o777);
  if (like !== undefined) await file.chown(like.uid, like.gid);
  await file.writeFile(text);
  await file.sync();
}
