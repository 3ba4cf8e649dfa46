import { randomBytes, webcrypto } from "node:crypto";
import type {
  ComputeFingerprintsRequest,
  ComputeFingerprintsResponse,
} from "@ntd/proto/fingerprint/v1/fingerprint_service";
import type { Content } from "@ntd/proto/prober/v1/target";
import { openAddress, Problem, type Clock, type Health, type Sealer } from "@ntd/service";
import { kindOf } from "../answer/kind.ts";
import { besideUrl, pageInstead } from "../answer/soft-404.ts";
import { wallOf } from "../answer/wall.ts";
import type { Eye } from "../fetch/eye.ts";
import { fetchAddress, type Fetched, type FetchRules, type Head } from "../fetch/fetch.ts";
import type { Opening } from "../fetch/opening.ts";
import { tlsFlawed } from "../metrics.ts";
import { likeness } from "../targets/likeness.ts";
import { observationOf, type Finding, type Observation, type PageInstead } from "../targets/observation.ts";
import type { Target } from "../targets/target-state.ts";
import { contentOf, reasonOf } from "./content.ts";
import type { Turns } from "./turns.ts";

export interface LookDeps {
  clock: Clock;
  sealer: Sealer;
  hostDigest: (hostname: string) => string;
  health: Health;
  fetchRules: Omit<FetchRules, "enter" | "eye">;
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

/** Where and for whom a look is made. */
export interface Visit {
  eye: Eye;
  /** Whose turn it is at the fingerprint service. */
  lane: string;
  /** Takes room at one more host or network; false when there is none. */
  enter: (place: string) => boolean;
  stop: AbortSignal;
}

/** What one eye saw: the observation, and what it rests on. */
export interface Sight {
  observation: Observation;
  ip: string;
  /** When the answer had come. */
  time: Date;
  /** Digest of another host that the address led to. */
  movedTo?: string;
  /** How a body begins that is too large to be read. */
  opening?: Opening;
  head?: Head;
}

/**
 * One look by one eye. A host that shows something else is asked once more with itself as the referrer, as a page of its
 * own would ask; a page in place of a picture is compared with what its host answers for what cannot exist.
 */
export async function lookBy(
  deps: LookDeps,
  target: Target,
  visit: Visit,
): Promise<Sight | { is: "no_room" | "no_way_out" }> {
  const url = openAddress(deps.sealer, target.address).fetch;
  const other = target.views?.[visit.eye.name]?.other;
  const { opening } = target;
  const fetched = await fetchAs(deps, visit, url, target.resolvedIp, opening && { opening });
  if (fetched.is === "no_room" || fetched.is === "no_way_out") return { is: fetched.is };
  const sight = await seen(deps, target, visit, fetched, other);
  if (!isHotLinkSuspect(target, sight.observation)) return sight;
  const again = await fetchAs(deps, visit, url, target.resolvedIp, { referer: "host" });
  if (again.is === "no_room" || again.is === "no_way_out") return sight;
  const second = await seen(deps, target, visit, again, other);
  return second.observation.is === "SEEN" ? second : sight;
}

/** Shown something else, or refused, where a picture was seen: it may be for want of a referrer. */
function isHotLinkSuspect({ seen: known }: Target, observation: Observation): boolean {
  if (known?.as.is !== "PRESENT") return false;
  return observation.is === "REPLACED" || (observation.is === "BLIND" && observation.reason === "HTTP_REFUSED");
}

async function fetchAs(
  { fetchRules }: LookDeps,
  { eye, enter, stop }: Visit,
  url: string,
  preferredIp: string,
  given: Pick<FetchRules, "referer" | "opening"> = {},
): Promise<Fetched> {
  const fetched = await fetchAddress(url, { ...fetchRules, ...given, eye, enter }, preferredIp, stop);
  const flaw = "head" in fetched ? fetched.head?.tls : undefined;
  if (flaw !== undefined) tlsFlawed({ flaw });
  return fetched;
}

type Answered = Exclude<Fetched, { is: "no_room" | "no_way_out" }>;

async function seen(
  deps: LookDeps,
  target: Target,
  visit: Visit,
  fetched: Answered,
  other: Content | undefined,
): Promise<Sight> {
  const time = deps.clock.now();
  const found = await findingOf(deps, target, fetched, visit.lane, visit.stop);
  const finding = await withPage(deps, target, visit, fetched, found);
  const observation = observationOf(target, finding, other);
  const { head, ip } = fetched;
  const moved = head === undefined ? undefined : movedTo(deps, target, head);
  const opening = "opening" in fetched ? fetched.opening : undefined;
  const aside = { ...(head && { head }), ...(moved && { movedTo: moved }), ...(opening && { opening }) };
  return { observation, ip, time, ...aside };
}

function movedTo({ sealer, hostDigest }: LookDeps, { address }: Target, head: Head): string | undefined {
  const [asked, led] = [openAddress(sealer, address).fetch, head.url].map((url) => new URL(url).hostname);
  return led === undefined || led === asked ? undefined : hostDigest(led);
}

/**
 * Has fetched bytes fingerprinted, unless they are those of the picture that was last seen there, or a wall in front of
 * it; they are forgotten with the end of this call.
 */
export async function findingOf(
  deps: LookDeps,
  { seen: known }: Pick<Target, "seen">,
  fetched: Answered,
  lane: string,
  stop: AbortSignal,
): Promise<Finding> {
  const { head, ip } = fetched;
  if (fetched.is === "unchanged") {
    const isKnown = known === undefined || (known.as.is === "NOT_MEDIA" && known.as.reason === "BODY_TOO_LARGE");
    return isKnown ? { is: "content", ...tooLarge, ip } : blind("BODY_TOO_LARGE", ip);
  }
  if (fetched.is === "body") {
    const same = await sameBytes(deps, known, fetched);
    if (same !== undefined) return same;
    const wall = wallOf(fetched.head, fetched.bytes);
    if (wall !== undefined) return blind(wall, ip);
    // Nothing at all in place of a picture may be a silent block.
    if (fetched.bytes.length === 0 && known?.as.is === "PRESENT") return blind("UNCLEAR_PAGE", ip);
    const finding = await judged(deps, fetched, lane, stop);
    // Cut off in the middle it may be anything, the picture that was seen too.
    const isCut = fetched.short === true && finding.is === "content" && finding.as.is === "NOT_MEDIA";
    return isCut && known?.as.is === "PRESENT" ? blind("SERVER_ERROR", ip) : finding;
  }
  const { reason, bytes } = fetched;
  if (bytes !== undefined && known?.as.is === "PRESENT") {
    const behind = await materialBehind(deps, known, { bytes, ip }, lane, stop);
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

type Body = Pick<Extract<Fetched, { is: "body" }>, "bytes" | "ip">;

/** The picture that was last seen there, if these are its bytes. */
async function sameBytes(
  { recipe }: LookDeps,
  known: Target["seen"],
  { bytes, ip }: Body,
): Promise<Finding | undefined> {
  if (known?.as.is !== "PRESENT" || !(await isOf(bytes, known.content, recipe.inUse))) return undefined;
  return { is: "content", as: { is: "PRESENT" }, content: known.content, ip };
}

/** The material that was seen, shown under a status that says it is not: browsers show pictures whatever the status. */
async function materialBehind(
  deps: LookDeps,
  known: NonNullable<Target["seen"]>,
  body: Body,
  lane: string,
  stop: AbortSignal,
): Promise<Finding | undefined> {
  const same = await sameBytes(deps, known, body);
  if (same !== undefined || isText(body.bytes)) return same;
  const found = await judged(deps, body, lane, stop);
  const shows = found.is === "content" && found.as.is === "PRESENT";
  return shows && likeness(known.content, found.content) !== "other" ? found : undefined;
}

// The page of an error: not worth a decoder's time.
function isText(bytes: Uint8Array): boolean {
  return /^(\xef\xbb\xbf)?\s*[<{]/.test(Buffer.from(bytes.subarray(0, 100)).toString("latin1"));
}

/** What a page in place of the picture that was seen is, told by a fetch beside it and one of its root. */
async function withPage(
  deps: LookDeps,
  target: Target,
  visit: Visit,
  fetched: Answered,
  finding: Finding,
): Promise<Finding> {
  if (fetched.is !== "body" || finding.is !== "content") return finding;
  const inPlace = target.seen?.as.is === "PRESENT" && finding.as.is === "NOT_MEDIA";
  if (!inPlace || kindOf(fetched.head, fetched.bytes) !== "page") return finding;
  return { ...finding, instead: await insteadOf(deps, target, visit, fetched) };
}

async function insteadOf(
  deps: LookDeps,
  target: Target,
  visit: Visit,
  { head, bytes, ip }: Extract<Fetched, { is: "body" }>,
): Promise<PageInstead> {
  const asked = openAddress(deps.sealer, target.address).fetch;
  const askedToo = async (url: string) => {
    const fetched = await fetchAs(deps, visit, url, ip);
    if (!("bytes" in fetched) || fetched.bytes === undefined || fetched.head === undefined) return undefined;
    if (wallOf(fetched.head, fetched.bytes) !== undefined) return undefined;
    return { asked: url, head: fetched.head, bytes: fetched.bytes };
  };
  const beside = await askedToo(besideUrl(asked, randomBytes(8).toString("hex")));
  const root = await askedToo(new URL("/", asked).href);
  return pageInstead({ page: { asked, head, bytes }, beside, root });
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
  const as = reason === undefined ? ({ is: "PRESENT" } as const) : ({ is: "NOT_MEDIA", reason } as const);
  return { is: "content", as, content: contentOf(answer), ip: fetched.ip };
}
