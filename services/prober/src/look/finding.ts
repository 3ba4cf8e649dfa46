import { webcrypto } from "node:crypto";
import type {
  ComputeFingerprintsRequest,
  ComputeFingerprintsResponse,
} from "@ntd/proto/fingerprint/v1/fingerprint_service";
import type { Content } from "@ntd/proto/prober/v1/target";
import { Problem, type Health } from "@ntd/service";
import { wallOf } from "../answer/wall.ts";
import type { Fetched } from "../fetch/fetch.ts";
import { knowsRenditions, likeness } from "../targets/likeness.ts";
import { wasFile, type Finding } from "../targets/observation.ts";
import type { Target } from "../targets/target-state.ts";
import { contentOf, reasonOf } from "./content.ts";
import { findingOfPassed, unchanged } from "./passed.ts";
import type { Turns } from "./turns.ts";

export interface FindingDeps {
  health: Health;
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

/** What came of a fetch that was not made, or not to its end. */
export type Unasked = Extract<Fetched, { is: "no_room" | "no_way_out" | "held" }>;

/** What came of a fetch that was made. */
export type Answered = Exclude<Fetched, Unasked>;

/** What is known of an address, as far as what is there now is told by it; and whether what that would be after edits is asked. */
export type Known = Pick<Target, "seen"> & Partial<Pick<Target, "views" | "work">> & { derives?: boolean };

/** So often, on end, what passes is waited for. */
const MOST_WAITS = 3;

/**
 * Has fetched bytes fingerprinted, unless they are those of the picture that was last seen there, or a wall in front of
 * it; they are forgotten with the end of this call.
 */
export async function findingOf(
  deps: FindingDeps,
  target: Known,
  fetched: Answered,
  lane: string,
  stop: AbortSignal,
): Promise<Finding> {
  const { seen: known, work } = target;
  const derives = target.derives === true && ({ derives: true } as const);
  const { head, ip } = fetched;
  if (fetched.is === "unchanged") return unchanged(target, fetched.opening, ip, tooLarge);
  if (fetched.is === "passed") return findingOfPassed(fetched, work !== undefined && work.peerFailures < MOST_WAITS);
  if (fetched.is === "body") {
    const same = await sameBytes(deps, known, fetched);
    if (same !== undefined) return same;
    const wall = wallOf(fetched.head, fetched.bytes);
    if (wall !== undefined) return blind(wall, ip);
    // Nothing at all in place of a picture may be a silent block.
    if (fetched.bytes.length === 0 && wasFile(known)) return blind("UNCLEAR_PAGE", ip);
    const finding = await judged(deps, { ...fetched, ...derives }, lane, stop);
    // Cut off in the middle it may be anything, the picture that was seen too.
    const isCut = fetched.short === true && finding.is === "content" && finding.as.is === "NOT_MEDIA";
    return isCut && wasFile(known) ? blind("SERVER_ERROR", ip) : finding;
  }
  const { reason, bytes } = fetched;
  if (bytes !== undefined && known?.as.is !== "NOT_MEDIA") {
    const behind = await materialBehind(deps, known, { bytes, ip, ...derives }, lane, stop);
    if (behind !== undefined) return behind;
  }
  const wall = head && wallOf(head, bytes ?? new Uint8Array());
  // A status that says "nothing there" is believed, unless it is a challenge's.
  if (fetched.is === "miss") return wall === "CHALLENGE" ? blind(wall, ip) : { is: "absent", reason, ip };
  return blind(wall ?? reason, ip);
}

/** What is too large to be read, and is there as it was: that much can be told of it. */
const tooLarge: Pick<Extract<Finding, { is: "content" }>, "as" | "content"> = {
  as: { is: "NOT_MEDIA", reason: "BODY_TOO_LARGE" },
  content: {
    recipe: "",
    fingerprints: [],
    pdqForms: [],
    renditions: [],
    degraded: false,
    tooLittleDetail: false,
    format: "",
    revision: 0,
  },
};

const blind = (reason: Extract<Finding, { is: "blind" }>["reason"], ip: string): Finding => ({
  is: "blind",
  reason,
  ip,
});

type Body = Pick<Extract<Fetched, { is: "body" }>, "bytes" | "ip"> & { derives?: true };

/** The picture that was last seen there, if these are its bytes. */
async function sameBytes(
  { recipe }: FindingDeps,
  known: Target["seen"],
  { bytes, ip }: Body,
): Promise<Finding | undefined> {
  if (known?.as.is !== "PRESENT" || !(await isOf(bytes, known.content, recipe.inUse))) return undefined;
  return { is: "content", as: { is: "PRESENT" }, content: known.content, ip };
}

/**
 * The material that was seen, or any picture at a first look, shown under a status that says it is not: browsers show
 * pictures whatever the status.
 */
async function materialBehind(
  deps: FindingDeps,
  known: Target["seen"],
  body: Body,
  lane: string,
  stop: AbortSignal,
): Promise<Finding | undefined> {
  const same = await sameBytes(deps, known, body);
  if (same !== undefined || isText(body.bytes)) return same;
  const found = await judged(deps, body, lane, stop);
  const shows = found.is === "content" && found.as.is === "PRESENT";
  return shows && likeness(known?.content, found.content) !== "other" ? found : undefined;
}

// The page of an error: not worth a decoder's time.
function isText(bytes: Uint8Array): boolean {
  return /^(\xef\xbb\xbf)?\s*[<{]/.test(Buffer.from(bytes.subarray(0, 100)).toString("latin1"));
}

// A newer recipe may say more of the same bytes, and a newer release what they show beside the picture.
async function isOf(bytes: Uint8Array, content: Content, recipe: string | undefined): Promise<boolean> {
  const known = content.fingerprints.find(({ algorithm }) => algorithm === "ALGORITHM_SHA256");
  if (known === undefined || content.recipe !== recipe || !knowsRenditions(content)) return false;
  return (await sha256(bytes)).equals(known.value);
}

export async function sha256(bytes: Uint8Array): Promise<Buffer> {
  return Buffer.from(await webcrypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
}

// Only a look that asked can say whether the fingerprint service is there.
async function judged(deps: FindingDeps, fetched: Body, lane: string, stop: AbortSignal): Promise<Finding> {
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
  { fingerprint, turns, fingerprintTimeoutMs, recipe }: FindingDeps,
  fetched: Body,
  lane: string,
  stop: AbortSignal,
): Promise<Finding> {
  const limit = new AbortController();
  const late = () => limit.abort(new Problem("PEER_UNAVAILABLE", "The fingerprint service has too much to do."));
  const timer = setTimeout(late, fingerprintTimeoutMs);
  const signal = AbortSignal.any([stop, limit.signal]);
  const answer = await turns
    .take(lane, signal, () => fingerprint({ content: fetched.bytes, withDerived: fetched.derives }, { signal }))
    .finally(() => clearTimeout(timer));
  if (answer.recipe !== "") recipe.inUse = answer.recipe;
  const reason = reasonOf(answer.problem);
  if (reason === "unknown") throw new Problem("PEER_UNAVAILABLE", "The fingerprint service is of a newer release.");
  const as = reason === undefined ? ({ is: "PRESENT" } as const) : ({ is: "NOT_MEDIA", reason } as const);
  const { width, height } = answer;
  const sides = width > 0 && height > 0 && { sides: [width, height] as const };
  const derived = answer.derived.length > 0 && { derived: answer.derived };
  return { is: "content", as, content: contentOf(answer, fetched.bytes.length), ip: fetched.ip, ...sides, ...derived };
}
