import { readFile } from "node:fs/promises";
import { newSigningKey, signerFromFile, type JSONWebKeySet, type JWK } from "@ntd/service";
import { writeWhole } from "./certificates/files.ts";
import { keyFilesIn, signingKeys } from "./keys.ts";

/**
 * Gives the keys in `dir` that sign a new one for each year. The public half of the one before goes to the old keys first,
 * where it verifies for ever. Services watch these files. May be run as often as one likes, and may die anywhere.
 *
 * @returns the ids of the new keys.
 * @throws Problem CONFIG_INVALID for a file that is not what it must be.
 */
export async function rotateKeys(dir: string, now = new Date()): Promise<string[]> {
  const files = keyFilesIn(dir);
  const made: string[] = [];
  for (const { of, old, prefix } of signingKeys) {
    const kid = `${prefix}-${now.getUTCFullYear()}`;
    const { publicJwk } = signerFromFile(files[of]);
    if (!isOlder(publicJwk.kid ?? "", kid)) continue;
    await keepPublic(files[old], publicJwk);
    await writeWhole(files[of], JSON.stringify(await newSigningKey(kid)), 0o600);
    made.push(kid);
  }
  return made;
}

/** Of an earlier year, or from before keys were named for one; a clock that was put back draws no key twice. */
function isOlder(kid: string, wanted: string): boolean {
  const year = (id: string) => Number(/-(\d{4})$/.exec(id)?.[1] ?? 0);
  return year(kid) < year(wanted);
}

async function keepPublic(path: string, key: JWK): Promise<void> {
  // A platform of an earlier release has no such file.
  const text = await readFile(path, "utf8").catch(() => '{"keys":[]}');
  const { keys } = JSON.parse(text) as JSONWebKeySet;
  if (keys.some(({ kid }) => kid === key.kid)) return;
  await writeWhole(path, JSON.stringify({ keys: [...keys, key] }), 0o644);
}
