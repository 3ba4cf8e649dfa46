import type { Address } from "@ntd/service";
import { keyOf } from "./key.ts";

export type AddressFault = "MISSING" | "TOO_LONG" | "NOT_ABSOLUTE" | "SCHEME" | "HOST" | "CREDENTIALS";

const MAX_BYTES = 8192;

/** Reads a reported address. The fault says what kind it is and never what the address holds. */
export function parseAddress(original: string): Address | { fault: AddressFault } {
  const fault = faultOf(original);
  if (fault !== undefined) return { fault };
  const url = new URL(original);
  return { original, fetch: url.href, key: keyOf(url) };
}

function faultOf(original: string): AddressFault | undefined {
  if (original.trim() === "") return "MISSING";
  if (Buffer.byteLength(original) > MAX_BYTES) return "TOO_LONG";
  const scheme = /^[\s\0-\x20]*([a-z][a-z0-9+.-]*):/i.exec(original)?.[1]?.toLowerCase();
  if (scheme === undefined) return "NOT_ABSOLUTE";
  if (scheme !== "http" && scheme !== "https") return "SCHEME";
  // WHATWG parsing takes "http:host" and "http:///host" for "http://host"; a person who typed that meant something else.
  if (!/^[^:]*:[\t\r\n]*[/\\][\t\r\n]*[/\\][\t\r\n]*[^/\\?#\t\r\n]/.test(original)) return "HOST";
  if (!URL.canParse(original)) return "HOST";
  const url = new URL(original);
  if (url.username !== "" || url.password !== "") return "CREDENTIALS";
  return /[^.]/.test(url.hostname) ? undefined : "HOST";
}
