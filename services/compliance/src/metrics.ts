import { counter } from "@ntd/service";
import { timesOf, type Timeline } from "./timelines/timeline.ts";

const ends = counter("ntd_compliance_notices_ended", "Notices that came to an end, by which.");
const contradictions = counter(
  "ntd_compliance_claims_contradicted",
  "Claims of removal after which it was still seen.",
);

/** Counts what a write made of a timeline. */
export function countChange(before: Timeline | undefined, after: Timeline): void {
  const [was, is] = [before && timesOf(before), timesOf(after)];
  if (is.standing !== "open" && is.standing !== was?.standing) ends({ standing: is.standing });
  if (is.claimedStillPresent && was?.claimedStillPresent !== true) contradictions();
}
