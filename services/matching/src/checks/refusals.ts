import { Problem } from "@ntd/service";
import type { Over } from "./hash-quota.ts";

/** What a platform is told that is over its quota. */
export function overQuota({ over, limit, waitMs }: Over): Problem {
  const metadata = { quota: `checked_hashes.${over}`, limit: String(limit), retry_after_ms: String(waitMs) };
  if (over === "at_once") {
    const message = `This asks for more hashes at once than its quota of a minute; send at most ${limit} in a call.`;
    return new Problem("RATE_LIMITED", message, { metadata });
  }
  const seconds = Math.ceil(waitMs / 1000);
  const message = `This identity is over its quota checked_hashes.${over} (${limit}). Try again in ${seconds} s; an operator raises it in the file of NTD_QUOTAS_FILE.`;
  return new Problem("RATE_LIMITED", message, { metadata });
}

/** What a platform is told that waits for an operator: not by what it was seen, which would say how to go round it. */
export function isHeld(): Problem {
  const message =
    "The checks of this identity are held, since they look like more than its pictures. Ask the platform's operator, who lets them go on: ntd check go-on IDENTITY.";
  return new Problem("WRONG_STATE", message, { metadata: { checks: "held" } });
}
