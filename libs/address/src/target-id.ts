import { keyedId } from "@ntd/service";
import { CANONICALISER_VERSION, keyOf } from "./key.ts";
import { keyOfVersion1 } from "./version-1.ts";

/** What is fetched: from it everything else follows. The `key` of an address that release 0.2 sealed is of version 1. */
interface Fetched {
  fetch: string;
}

/** The id of the target that an address is: the same in every report, and it does not tell the address. */
export function targetIdOf(targetKey: Uint8Array, { fetch }: Fetched): string {
  return keyedId(targetKey, CANONICALISER_VERSION, keyOf(new URL(fetch)));
}

/** The id that release 0.2 gave it, and with it to every address that version 1 of the rules took for the same. */
export function formerTargetIdOf(targetKey: Uint8Array, { fetch }: Fetched): string {
  return keyedId(targetKey, 1, keyOfVersion1(new URL(fetch)));
}
