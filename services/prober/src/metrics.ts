import { counter } from "@ntd/service";
import type { Outcome } from "./targets/slot.ts";

const probes = counter("ntd_prober_probes", "Probes that came to an end, by what they found");

/** A host's certificate, or its TLS, is not as it should be; it was fetched all the same. */
export const tlsFlawed: (labels: { flaw: string }) => void = counter(
  "ntd_prober_tls_flaws",
  "Fetches over TLS that does not verify, by what is wrong",
);

/** A probe came to an end. */
export function probeEnded(found: Outcome["is"]): void {
  probes({ found });
}
