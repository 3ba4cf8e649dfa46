import { webcrypto } from "node:crypto";
import type {
  ComputeFingerprintsRequest,
  ComputeFingerprintsResponse,
} from "@ntd/proto/fingerprint/v1/fingerprint_service";
import type { Content } from "@ntd/proto/prober/v1/target";
import { openAddress, Problem, type Health, type Sealer } from "@ntd/service";
import { contentOf, likeness, reasonOf } from "./content.ts";
import { fetchAddress, type Fetched, type FetchRules } from "../fetch/fetch.ts";
import { tlsFlawed } from "../metrics.ts";
import type { Turns } from "./turns.ts";
import type { Reason, Target } from "../targets/target-state.ts";
import type { Observation } from "../targets/target.ts";

export interface LookDeps {
  sealer: Sealer;
  health: Health;
  fetchRules: Omit<FetchRules, "enter">;
  /** Who may ask the fingerprint service now: it takes only so many at a time. */
  turns: Turns;
  /** By which pictures are hashed, as the fingerprint service last said; undefined until it did. */
  recipe: { inUse: string | undefined };
  /** For a picture, its turn included. */
  fingerprintTimeoutMs: number;
  fingerprint: (
    request: ComputeFingerprintsRequest,
    options: { signal: AbortSignal },
  ) => Promise<ComputeFingerprintsResponse>;
}

/** What was found at an address, before it is compared with what was seen there. */
export type Finding =
  | { is: "miss"; reason: Reason; ip: string }
  | { is: "no_answer"; reason: Reason; ip: string }
  | { is: "picture"; content: Content; ip: string }
  | { is: "not_a_picture"; reason: Reason; content: Content; ip: string };

/** One fetch, which takes room where it goes. */
export async function fetchTarget(
  { sealer, fetchRules }: LookDeps,
  { address, resolvedIp }: Target,
  enter: (place: string) => boolean,
  stop: AbortSignal,
): Promise<Fetched> {
  const fetched = await fetchAddress(openAddress(sealer, address).fetch, { ...fetchRules, enter }, resolvedIp, stop);
  const flaw = fetched.is === "no_room" ? undefined : fetched.head?.tls;
  if (flaw !== undefined) tlsFlawed({ flaw });
  return fetched;
}

/**
 * Has fetched bytes fingerprinted, unless they are those of the picture that was last seen there; they are forgotten with
 * the end of this call.
 */
export async function findingOf(
  deps: LookDeps,
  { seen }: Pick<Target, "seen">,
  fetched: Exclude<Fetched, { is: "no_room" }>,
  lane: string,
  stop: AbortSignal,
): Promise<Finding> {
  if (fetched.is === "body") return (await sameBytes(deps, seen, fetched)) ?? judged(deps, fetched, lane, stop);
  const { bytes, ...answer } = fetched;
  if (bytes === undefined || seen?.as.is !== "PRESENT") return answer;
  return (await materialBehind(deps, seen, { bytes, ip: fetched.ip }, lane, stop)) ?? answer;
}

type Body = Pick<Extract<Fetched, { is: "body" }>, "bytes" | "ip">;

/** The picture that was last seen there, if these are its bytes. */
async function sameBytes(
  { recipe }: LookDeps,
  seen: Target["seen"],
  { bytes, ip }: Body,
): Promise<Finding | undefined> {
  if (seen?.as.is !== "PRESENT" || !(await isOf(bytes, seen.content, recipe.inUse))) return undefined;
  return { is: "picture", content: seen.content, ip };
}

/** The material that was seen, shown under a status that says it is not: browsers show pictures whatever the status. */
async function materialBehind(
  deps: LookDeps,
  seen: NonNullable<Target["seen"]>,
  body: Body,
  lane: string,
  stop: AbortSignal,
): Promise<Finding | undefined> {
  const same = await sameBytes(deps, seen, body);
  if (same !== undefined || isText(body.bytes)) return same;
  const found = await judged(deps, body, lane, stop);
  return found.is === "picture" && likeness(seen.content, found.content) !== "other" ? found : undefined;
}

// The page of an error: not worth a decoder's time.
function isText(bytes: Uint8Array): boolean {
  return /^(\xef\xbb\xbf)?\s*[<{]/.test(Buffer.from(bytes.subarray(0, 100)).toString("latin1"));
}

// A newer recipe may say more of the same bytes.
async function isOf(bytes: Uint8Array, content: Content, recipe: string | undefined): Promise<boolean> {
  const known = content.fingerprints.find(({ algorithm }) => algorithm === "ALGORITHM_SHA256");
  if (known === undefined || content.recipe !== recipe) return false;
  return Buffer.from(await webcrypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>)).equals(known.value);
}

// Only a look that asked can say whether the fingerprint service is there.
async function judged(deps: LookDeps, fetched: Body, lane: string, stop: AbortSignal): Promise<Finding> {
  try {
    const finding = await fingerprinted(deps, fetched, lane, stop);
    deps.health.degrade("fingerprint", false);
    return finding;
  } catch (error) {
    if (!stop.aborted && Problem.from(error).handling === "retry") deps.health.degrade("fingerprint");
    throw error;
  }
}

async function fingerprinted(
  { fingerprint, turns, fingerprintTimeoutMs, recipe }: LookDeps,
  fetched: Body,
  lane: string,
  stop: AbortSignal,
): Promise<Finding> {
  const limit = new AbortController();
  const late = () => limit.abort(new Problem("PEER_UNAVAILABLE", "The fingerprint service has too much to do."));
  const timer = setTimeout(late, fingerprintTimeoutMs);
  const signal = AbortSignal.any([stop, limit.signal]);
  const answer = await turns
    .take(lane, signal, () => fingerprint({ content: fetched.bytes }, { signal }))
    .finally(() => clearTimeout(timer));
  if (answer.recipe !== "") recipe.inUse = answer.recipe;
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
