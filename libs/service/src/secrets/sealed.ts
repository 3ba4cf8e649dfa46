import { createCipheriv, createDecipheriv, createSecretKey, randomBytes, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { Problem } from "../problem/problem.ts";
import { watchFiles } from "../process/watched-file.ts";
import type { Logger } from "../telemetry/log.ts";

/** AES-256-GCM ciphertext with the name of its key; the shape of ntd.common.v1.Sealed. */
export interface Sealed {
  keyId: string;
  nonce: Uint8Array;
  ciphertext: Uint8Array;
}

export interface Sealer {
  /** Seals with the newest key whose month has begun. */
  seal(text: string, now: Date): Sealed;
  /**
   * @throws Problem SEALING_KEY_MISSING when the key was retired, SEALING_KEY_NEWER when it has not come here yet (tried
   * again it will open), SIGNATURE_INVALID when the text was changed.
   */
  open(sealed: Sealed): string;
}

/** A sealer that follows its key file: a new month's key seals and opens within a second, one taken out no longer. */
export function watchSealingKeys(path: string, log: Logger): Sealer & Disposable {
  const watched = watchFiles({ what: "the sealing keys", paths: [path], log, read: () => sealerFromFile(path) });
  return {
    seal: (text, now) => watched.value.seal(text, now),
    open: (sealed) => watched.value.open(sealed),
    [Symbol.dispose]: () => watched[Symbol.dispose](),
  };
}

/**
 * Reads a key file: `{"keys": [{"id": "2026-11", "key": "<32 bytes base64>"}]}`, one key a month. Taking a month's key
 * out erases what was sealed in that month.
 *
 * @throws Problem CONFIG_INVALID when the file is not like that.
 */
export function sealerFromFile(path: string): Sealer {
  return sealer(new Map(readKeys(path).map(({ id, key }) => [id, Buffer.from(key, "base64")])));
}

function readKeys(path: string): { id: string; key: string }[] {
  try {
    const { keys } = JSON.parse(readFileSync(path, "utf8")) as { keys: { id: string; key: string }[] };
    if (keys.length > 0 && keys.every(({ id, key }) => /^\d{4}-\d{2}$/.test(id) && typeof key === "string"))
      return keys;
  } catch (cause) {
    throw new Problem("CONFIG_INVALID", `${path} cannot be read as a file of sealing keys.`, { cause });
  }
  throw new Problem("CONFIG_INVALID", `${path} must hold {"keys": [{"id": "YYYY-MM", "key": "<32 bytes base64>"}]}.`);
}

/** A sealer over keys by id (`YYYY-MM`, 32 bytes each). */
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
    seal(text, now) {
      const month = now.toISOString().slice(0, 7);
      const keyId = ids.findLast((id) => id <= month) ?? ids[0];
      const key = keyId === undefined ? undefined : keys.get(keyId);
      if (keyId === undefined || key === undefined) throw new Problem("SEALING_KEY_MISSING");
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", key, nonce);
      const ciphertext = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
      return { keyId, nonce, ciphertext };
    },
    open(sealed) {
      const key = keys.get(sealed.keyId);
      if (key !== undefined) return opened(key, sealed);
      throw new Problem(sealed.keyId > (ids.at(-1) ?? "") ? "SEALING_KEY_NEWER" : "SEALING_KEY_MISSING");
    },
  };
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
