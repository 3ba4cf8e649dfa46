import type { Algorithm, Fingerprint } from "@ntd/proto/common/v1/common";

/** What a caller did wrong, or asks in vain, as HMA says it: a status and a message. */
export interface Refusal {
  status: number;
  message: string;
}

/** What HMA calls each kind of hash; SHA-256 and SHA-1 have no name there. */
const SIGNALS: Readonly<Record<string, { algorithm: Algorithm; digits: number; fault: string }>> = {
  pdq: { algorithm: "ALGORITHM_PDQ", digits: 64, fault: "invalid PDQ hash" },
  video_md5: { algorithm: "ALGORITHM_MD5", digits: 32, fault: "not a valid MD5 hash" },
  md5: { algorithm: "ALGORITHM_MD5", digits: 32, fault: "not a valid MD5 hash" },
  sha256: { algorithm: "ALGORITHM_SHA256", digits: 64, fault: "not a valid SHA-256 hash" },
  sha1: { algorithm: "ALGORITHM_SHA1", digits: 40, fault: "not a valid SHA-1 hash" },
};

/**
 * The hash that a query asks for. HMA refuses PDQ in capitals; here it is what it says, since a hash that is refused is a
 * picture that nobody compared.
 *
 * @param pdqQuality what counts where a PDQ hash comes without `quality`.
 */
export function signalIn(query: URLSearchParams, pdqQuality: number): Fingerprint | Refusal {
  const [signal, type] = [query.get("signal"), query.get("signal_type")];
  if (signal === null || signal === "") return { status: 400, message: "signal is required" };
  if (type === null || type === "") return { status: 400, message: "signal_type is required" };
  const known = Object.hasOwn(SIGNALS, type) ? SIGNALS[type] : undefined;
  if (known === undefined) return { status: 400, message: `No such SignalType '${shortened(type)}'` };
  const hex = signal.trim().toLowerCase();
  if (hex.length !== known.digits || !/^[0-9a-f]*$/.test(hex)) {
    return { status: 400, message: `invalid signal: ${known.fault}` };
  }
  const { algorithm } = known;
  const value = Uint8Array.from(Buffer.from(hex, "hex"));
  if (algorithm !== "ALGORITHM_PDQ") return { algorithm, value, quality: 0 };
  const quality = query.get("quality") ?? String(pdqQuality);
  if (/^\d{1,3}$/.test(quality) && Number(quality) <= 100) return { algorithm, value, quality: Number(quality) };
  return { status: 400, message: "invalid quality: it is a whole number from 0 to 100" };
}

/** A parameter that is on or off, as HMA reads it. */
export function flagIn(query: URLSearchParams, name: string): boolean | Refusal {
  const word = (query.get(name) ?? "false").toLowerCase();
  if (word === "true" || word === "1") return true;
  if (word === "false" || word === "0") return false;
  return { status: 400, message: "invalid boolean parameter - prefer true/false" };
}

/** The banks that a query names; undefined: all. */
export function banksIn(query: URLSearchParams): ReadonlySet<string> | undefined {
  const banks = query.get("banks");
  return banks === null || banks === "" ? undefined : new Set(banks.split(","));
}

export function isRefusal(value: object): value is Refusal {
  return "status" in value && "message" in value;
}

// Shorter than a hash: who mixes the two up has theirs in no message.
function shortened(text: string): string {
  return text.length > 20 ? `${text.slice(0, 17)}...` : text;
}
