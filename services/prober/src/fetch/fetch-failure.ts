import { routeless } from "@ntd/wayout";
import type { Reason } from "../targets/target-state.ts";

/** Why there was no answer, from what the network or TLS said. */
export function reasonOfFailure(error: unknown): Reason {
  const code = codeOf(error);
  if (code === "ETIMEDOUT") return "TIMED_OUT";
  if (refusals.has(code)) return "REFUSED";
  if (routeless.has(code)) return "NOT_FROM_HERE";
  if (/^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|EPROTO|HOSTNAME_MISMATCH|INVALID_CA)/.test(code)) {
    return "TLS_FAILED";
  }
  return "SERVER_ERROR";
}

const refusals = new Set(["ECONNREFUSED", "ECONNRESET", "EHOSTUNREACH", "EPIPE"]);

function codeOf(error: unknown): string {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  if (typeof code === "string") return code;
  return cause === undefined ? "" : codeOf(cause);
}
