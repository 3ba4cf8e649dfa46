import { readFileSync } from "node:fs";
import { Problem } from "../problem/problem.ts";
import { watchFiles } from "../process/watched-file.ts";
import type { Logger } from "../telemetry/log.ts";
import { signerFromFile, type JSONWebKeySet, type JWK, type Signer } from "./signed-bytes.ts";

/** The key that signs and the keys that verify, kept in step with their files. */
export interface SigningKeys extends Disposable {
  readonly signer: Signer;
  /** Verifies everything that was ever signed. */
  keySet: () => JSONWebKeySet;
}

interface Files {
  signingKeyFile: string;
  /** Empty: none. */
  oldSigningKeysFile: string;
}

/**
 * Reads the signing key and the public keys of earlier ones, now and whenever a file changes. The two may change in
 * any order: the key in use may stand among the old ones already, and one that signed in this process stays listed.
 *
 * @throws Problem CONFIG_INVALID as `keySetOf`.
 */
export function watchSigningKeys({ signingKeyFile, oldSigningKeysFile }: Files, log: Logger): SigningKeys {
  const used = new Map<string, JWK>();
  const watched = watchFiles({
    what: "the signing keys",
    paths: [signingKeyFile, oldSigningKeysFile].filter((path) => path !== ""),
    log,
    read() {
      const signer = signerFromFile(signingKeyFile);
      const { keys } = keySetOf(signer, oldSigningKeysFile);
      used.set(signer.kid, signer.publicJwk);
      return {
        signer,
        keys: [...keys, ...[...used.values()].filter(({ kid }) => !keys.some((key) => key.kid === kid))],
      };
    },
  });
  return {
    signer: {
      get kid() {
        return watched.value.signer.kid;
      },
      get publicJwk() {
        return watched.value.signer.publicJwk;
      },
      sign: (payload, typ) => watched.value.signer.sign(payload, typ),
      signWhole: (payload, typ) => watched.value.signer.signWhole(payload, typ),
    },
    keySet: () => ({ keys: watched.value.keys }),
    [Symbol.dispose]: () => watched[Symbol.dispose](),
  };
}

/**
 * The key set that verifies everything that was ever signed: the signer's public key and those of the file, if one is named.
 *
 * @throws Problem CONFIG_INVALID when the file is no key set, or holds a private key or another key under the signer's id.
 */
export function keySetOf(signer: Signer, oldKeysFile: string): JSONWebKeySet {
  const listed = oldKeysFile === "" ? [] : readKeys(oldKeysFile).keys;
  const old = listed.filter(({ kid, x }) => kid !== signer.kid || x !== signer.publicJwk.x);
  if (listed.some((key) => "d" in key) || old.some((key) => key.kid === undefined || key.kid === signer.kid)) {
    throw new Problem(
      "CONFIG_INVALID",
      `${oldKeysFile} takes public keys only, each with a kid that is no other key's.`,
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
