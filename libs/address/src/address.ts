import type { Address } from "@ntd/service";
import { keyOf } from "./key.ts";
import { repair, type Doubt } from "./repair.ts";

export type AddressFault = "MISSING" | "TOO_LONG" | "NOT_ABSOLUTE" | "SCHEME" | "HOST" | "CREDENTIALS" | Doubt;

/** An address as it was read; `isRepaired`: a browser would have read it otherwise, or not at all. */
export interface ReadAddress {
  address: Address;
  isRepaired: boolean;
}

const MAX_BYTES = 8192;

/** Reads a reported address. The fault says what kind it is and never what the address holds. */
export function parseAddress(original: string): ReadAddress | { fault: AddressFault } {
  if (Buffer.byteLength(original) > MAX_BYTES) return { fault: "TOO_LONG" };
  const repaired = repair(original);
  if ("doubt" in repaired) return { fault: repaired.doubt };
  const { text } = repaired;
  const fault = faultOf(text);
  if (fault !== undefined) return { fault };
  const url = new URL(text);
  // oxlint-disable-next-line no-control-regex -- what WHATWG parsing takes off both ends
  const isRepaired = text !== original.replaceAll(/^[\0- ]+|[\0- ]+$/g, "");
  return { address: { original, fetch: url.href, key: keyOf(url) }, isRepaired };
}

function faultOf(text: string): AddressFault | undefined {
  if (text === "") return "MISSING";
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return "NOT_ABSOLUTE";
  if (scheme !== "http" && scheme !== "https") return "SCHEME";
  // WHATWG parsing takes "http:host" and "http:///host" for "http://host"; where that was meant it was repaired.
  if (!/^[^:]*:\/\/[^/\\?#]/.test(text)) return "HOST";
  if (!URL.canParse(text)) return "HOST";
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") return "CREDENTIALS";
  return /[^.]/.test(url.hostname) ? undefined : "HOST";
}
