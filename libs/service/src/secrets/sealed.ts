import { createCipheriv, createDecipheriv, createSecretKey, randomBytes, type KeyObject } from "node:crypto";
import { Problem } from "../problem/problem.ts";
import { watchFiles } from "../process/watched-file.ts";
import type { Logger } from "../telemetry/log.ts";
import { monthsOf, partsOf, readSealingKeys, sealingId, HELD, type KeyClass } from "./sealing-keys.ts";

/** AES-256-GCM ciphertext with the name of its key; the shape of ntd.common.v1.Sealed. */
export interface Sealed {
  keyId: string;
  nonce: Uint8Array;
  ciphertext: Uint8Array;
}

export interface Sealer {
  /**
   * Seals with the newest key of the class whose month has begun; with one of every class where it has none.
   *
   * @throws Problem SEALING_KEY_MISSING where there is no such key; for what is held SEALING_KEY_NEWER, since none of
   * those is ever taken out: it has not come here yet.
   */
  seal(text: string, of: KeyClass, now: Date): Sealed;
  /**
   * @throws Problem SEALING_KEY_MISSING when the key was taken out, which erased the text; SEALING_KEY_NEWER when it has
   * not come here yet (tried again it will open), SIGNATURE_INVALID when the text was changed.
   */
  open(sealed: Sealed): string;
}

/** A sealer that follows its key file: a new month's key seals and opens within a second, one taken out no longer. */
export function watchSealingKeys(path: string, log: Logger): Sealer & Disposable {
  const watched = watchFiles({ what: "the sealing keys", paths: [path], log, read: () => sealerFromFile(path) });
  return {
    seal: (text, of, now) => watched.value.seal(text, of, now),
    open: (sealed) => watched.value.open(sealed),
    [Symbol.dispose]: () => watched[Symbol.dispose](),
  };
}

/**
 * A sealer over a key file, as `readSealingKeys` reads it. Taking a key out erases what of its class was sealed in its
 * month.
 *
 * @throws Problem CONFIG_INVALID when the file is none.
 */
export function sealerFromFile(path: string): Sealer {
  return sealer(new Map(readSealingKeys(path).map(({ id, key }) => [id, Buffer.from(key, "base64")])));
}

/** A sealer over keys by id (`<class>-YYYY-MM`, or `YYYY-MM` for every class; 32 bytes each). */
export function sealer(given: ReadonlyMap<string, Uint8Array>): Sealer {
  const ids = [...given.keys()].toSorted();
  const keys = new Map<string, KeyObject>();
  for (const [id, key] of given) {
    if (key.length !== 32)
      throw new Problem("CONFIG_INVALID", `Sealing key ${id} has ${key.length} bytes; it takes 32.`);
    // Made once: node makes one of bytes at each use, which takes four times as long as opening an address.
    keys.set(id, createSecretKey(key));
  }
  return {
    seal(text, of, now) {
      const keyId = sealingId(ids, of, now.toISOString().slice(0, 7));
      const key = keyId === undefined ? undefined : keys.get(keyId);
      if (keyId === undefined || key === undefined) {
        throw new Problem(of === HELD ? "SEALING_KEY_NEWER" : "SEALING_KEY_MISSING");
      }
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", key, nonce);
      const ciphertext = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
      return { keyId, nonce, ciphertext };
    },
    open(sealed) {
      const key = keys.get(sealed.keyId);
      if (key !== undefined) return opened(key, sealed);
      throw new Problem(isNewer(ids, sealed.keyId) ? "SEALING_KEY_NEWER" : "SEALING_KEY_MISSING");
    },
  };
}

/**
 * Whether a key that is not here is one to come: its month is after the newest of its class, or the file is of before
 * there were classes. A class of which every key was taken out is measured by the others: its texts are erased, and
 * waiting for them would never end.
 */
function isNewer(ids: readonly string[], id: string): boolean {
  const parts = partsOf(id);
  if (parts === undefined) return true;
  if (parts.of !== "every class" && monthsOf(ids).length === monthsOf(ids, "every class").length) return true;
  const own = monthsOf(ids, parts.of);
  const newest = (own.length > 0 ? own : monthsOf(ids)).toSorted().at(-1);
  return newest === undefined || parts.month > newest;
}

function opened(key: KeyObject, { nonce, ciphertext }: Sealed): string {
  const cut = ciphertext.length - 16;
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: 16 }).setAuthTag(
      ciphertext.subarray(cut),
    );
    return Buffer.concat([decipher.update(ciphertext.subarray(0, cut)), decipher.final()]).toString("utf8");
  } catch (cause) {
    throw new Problem("SIGNATURE_INVALID", "Sealed text was changed or cut.", { cause });
  }
}
