import { readFileSync } from "node:fs";
import { Problem } from "@ntd/service";

/**
 * The key from which target ids are computed. intake and prober alone hold it, the same one, and it must never change.
 *
 * @throws Problem CONFIG_INVALID when the file holds fewer than 32 bytes.
 */
export function readTargetKey(path: string): Uint8Array {
  const key = readFileSync(path);
  if (key.length >= 32) return key;
  throw new Problem("CONFIG_INVALID", `TARGET_KEY_FILE holds ${key.length} bytes; it takes 32 or more.`);
}
