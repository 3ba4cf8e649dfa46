import { readFileSync } from "node:fs";
import { Problem, type JSONWebKeySet, type Signer } from "@ntd/service";

/**
 * The key set that verifies every notice ever sent: the signer's public key and those of the file, if one is named.
 *
 * @throws Problem CONFIG_INVALID when the file is no key set, or holds a private key or the signer's id.
 */
export function keySetOf(signer: Signer, oldKeysFile: string): JSONWebKeySet {
  const old = oldKeysFile === "" ? [] : readKeys(oldKeysFile).keys;
  if (old.some((key) => key.kid === undefined || key.kid === signer.kid || "d" in key)) {
    throw new Problem(
      "CONFIG_INVALID",
      `${oldKeysFile} takes public keys only, each with a kid that is not the signing key's.`,
    );
  }
  return { keys: [signer.publicJwk, ...old] };
}

function readKeys(path: string): JSONWebKeySet {
  try {
    const set = JSON.parse(readFileSync(path, "utf8")) as JSONWebKeySet;
    if (!Array.isArray(set.keys)) throw new Error("no keys");
    return set;
  } catch (cause) {
    throw new Problem("CONFIG_INVALID", `${path} is no JSON Web Key Set.`, { cause });
  }
}
