import { counter } from "@ntd/service";
import type { Observation } from "./targets/target.ts";

const probes = counter("ntd_prober_probes", "Probes that came to an end, by what they found");

/** A probe came to an end. */
export function probeEnded(found: Observation["is"]): void {
  probes({ found });
}
