import { readFileSync } from "node:fs";
import { Problem } from "@ntd/service";

/**
 * The key of the digests by which marks and cases are compared. casework alone holds it, and it must never change.
 *
 * @param path "": there is none, and nothing can be marked.
 * @throws Problem CONFIG_INVALID when the file holds fewer than 32 bytes.
 */
export function readMarkKey(path: string): Uint8Array | undefined {
  if (path === "") return undefined;
  const key = readFileSync(path);
  if (key.length >= 32) return key;
  throw new Problem("CONFIG_INVALID", `CASEWORK_MARK_KEY_FILE holds ${key.length} bytes; it takes 32 or more.`);
}
