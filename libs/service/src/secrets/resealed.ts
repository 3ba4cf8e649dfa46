import { Problem } from "../problem/problem.ts";
import type { Sealed, Sealer } from "./sealed.ts";
import { HELD, partsOf } from "./sealing-keys.ts";

/**
 * What a legal hold keeps: the same data with every sealed text in it, wherever it is, sealed anew under the keys that
 * are past no period. What is so already stays, and the very same data is returned where nothing changes; what cannot be
 * opened any more stays as it is.
 *
 * @throws Problem SEALING_KEY_NEWER when a key has not come here yet.
 */
export function resealed<T>(state: T, sealer: Sealer, now: Date): T {
  return mapped(state, (sealed) => held(sealed, sealer, now)) as T;
}

function held(sealed: Sealed, sealer: Sealer, now: Date): Sealed {
  if (partsOf(sealed.keyId)?.of === HELD) return sealed;
  try {
    return sealer.seal(sealer.open(sealed), HELD, now);
  } catch (error) {
    if (Problem.from(error).handling === "retry") throw error;
    return sealed;
  }
}

function mapped(value: unknown, map: (sealed: Sealed) => Sealed): unknown {
  if (Array.isArray(value)) {
    const next = value.map((each) => mapped(each, map));
    return next.every((each, at) => each === value[at]) ? value : next;
  }
  if (!isPlain(value)) return value;
  if (isSealed(value)) return map(value);
  const next = Object.entries(value).map(([key, each]) => [key, mapped(each, map)] as const);
  return next.every(([key, each]) => each === value[key]) ? value : Object.fromEntries(next);
}

// Dates, bytes and the like are no data to look into.
function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isSealed(value: object): value is Sealed {
  const { keyId, nonce, ciphertext } = value as Partial<Record<keyof Sealed, unknown>>;
  return typeof keyId === "string" && nonce instanceof Uint8Array && ciphertext instanceof Uint8Array;
}
