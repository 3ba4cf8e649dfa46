import type { JSONWebKeySet, JWK } from "@ntd/service";

export interface Pinned {
  keys: JSONWebKeySet;
  added: string[];
  /** Known ids that were offered with another key. */
  changed: string[];
}

/** Adds the public Ed25519 keys of a JSON Web Key Set to those that are known; other members are left out. */
export function pinned(known: JSONWebKeySet, jwksJson: string): Pinned {
  const keys = [...known.keys];
  const added: string[] = [];
  const changed: string[] = [];
  for (const { kid, x } of offered(jwksJson)) {
    const before = keys.find((key) => key.kid === kid);
    if (before === undefined) {
      keys.push({ kty: "OKP", crv: "Ed25519", x, kid, alg: "EdDSA", use: "sig" } as JWK);
      added.push(kid);
    } else if (before.x !== x) changed.push(kid);
  }
  return { keys: { keys }, added, changed };
}

function offered(jwksJson: string): { kid: string; x: string }[] {
  const keys = listed(jwksJson);
  return keys.flatMap((key) => {
    if (typeof key !== "object" || key === null) return [];
    const { kty, crv, x, kid } = key as Record<string, unknown>;
    const usable = kty === "OKP" && crv === "Ed25519" && typeof x === "string" && typeof kid === "string" && kid !== "";
    return usable ? [{ kid, x }] : [];
  });
}

function listed(jwksJson: string): unknown[] {
  try {
    const keys = (JSON.parse(jwksJson) as { keys?: unknown } | null)?.keys;
    return Array.isArray(keys) ? keys : [];
  } catch {
    return [];
  }
}
