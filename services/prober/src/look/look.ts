import type {
  ComputeFingerprintsRequest,
  ComputeFingerprintsResponse,
} from "@ntd/proto/fingerprint/v1/fingerprint_service";
import type { Content } from "@ntd/proto/prober/v1/target";
import { openAddress, Problem, type Sealer } from "@ntd/service";
import { contentOf, likeness, reasonOf } from "./content.ts";
import { fetchAddress, type Fetched, type FetchRules } from "../fetch/fetch.ts";
import type { Reason, Target } from "../targets/target-state.ts";
import type { Observation } from "../targets/target.ts";

export interface LookDeps {
  sealer: Sealer;
  fetchRules: FetchRules;
  fingerprint(
    request: ComputeFingerprintsRequest,
    options: { signal: AbortSignal },
  ): Promise<ComputeFingerprintsResponse>;
}

/** What was found at an address, before it is compared with what was seen there. */
export type Finding =
  | Exclude<Fetched, { is: "body" }>
  | { is: "picture"; content: Content; ip: string }
  | { is: "not_a_picture"; reason: Reason; content: Content; ip: string };

/** One fetch. */
export function fetchTarget(deps: LookDeps, target: Target, stop: AbortSignal): Promise<Fetched> {
  return fetchAddress(openAddress(deps.sealer, target.address).fetch, deps.fetchRules, target.resolvedIp, stop);
}

/** Has fetched bytes fingerprinted; they are forgotten with the end of this call. */
export async function findingOf(deps: LookDeps, fetched: Fetched, stop: AbortSignal): Promise<Finding> {
  if (fetched.is !== "body") return fetched;
  const answer = await deps.fingerprint({ content: fetched.bytes }, { signal: stop });
  const reason = reasonOf(answer.problem);
  if (reason === "unknown") throw new Problem("PEER_UNAVAILABLE", "The fingerprint service is of a newer release.");
  const found = { content: contentOf(answer), ip: fetched.ip };
  return reason === undefined ? { is: "picture", ...found } : { is: "not_a_picture", reason, ...found };
}

/** The finding relative to what was last seen at the target. */
export function observationOf(target: Target, finding: Finding): Observation {
  if (finding.is === "miss" || finding.is === "no_answer") return finding;
  return { ...finding, likeness: likeness(target.seen?.content, finding.content) };
}
