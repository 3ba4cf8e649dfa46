import { randomBytes } from "node:crypto";
import type { Content } from "@ntd/proto/prober/v1/target";
import { openAddress, type Clock, type Sealer } from "@ntd/service";
import type { DnsResolver } from "@ntd/wayout";
import { kindOf } from "../answer/kind.ts";
import { besideUrl, isShownAtRoot, pageInstead } from "../answer/soft-404.ts";
import { wallOf } from "../answer/wall.ts";
import { isWithheld } from "../answer/withheld.ts";
import type { Eye } from "../fetch/eye.ts";
import { fetchAddress, type Fetched, type FetchRules, type Head } from "../fetch/fetch.ts";
import type { Opening } from "../fetch/opening.ts";
import { tlsFlawed } from "../metrics.ts";
import { likeness } from "../targets/likeness.ts";
import { observationOf, type Finding, type Observation, type Instead } from "../targets/observation.ts";
import type { Reason, Target } from "../targets/target-state.ts";
import { findingOf, sha256, type Answered, type FindingDeps, type Unasked } from "./finding.ts";

export interface LookDeps extends FindingDeps {
  clock: Clock;
  sealer: Sealer;
  hostDigest: (hostname: string) => string;
  fetchRules: Omit<FetchRules, "enter" | "eye" | "dns"> & { dnsOf: (eye: Eye) => DnsResolver };
}

/** Where and for whom a look is made. */
export interface Visit {
  eye: Eye;
  /** Whose turn it is at the fingerprint service. */
  lane: string;
  /** Takes room at one more host or network; false when there is none. */
  enter: (place: string) => boolean;
  /** Asked before anything is connected to. */
  mayConnect: NonNullable<FetchRules["mayConnect"]>;
  /** No further request may begin: the claim would end under it. */
  late: () => boolean;
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
  /** SHA-256 of a body that is compared with nothing: of an error, a wall, what cannot be decoded. */
  bodySha256?: string;
}

/**
 * One look by one eye. A host that shows something else is asked once more with itself as the referrer, as a page of its
 * own would ask; what stands in place of a picture is compared with what its host answers for everything else.
 */
export async function lookBy(deps: LookDeps, target: Target, visit: Visit): Promise<Sight | Unasked> {
  const url = openAddress(deps.sealer, target.address).fetch;
  const other = target.views?.[visit.eye.name]?.other;
  const { opening } = target;
  const fetched = await fetchAs(deps, visit, url, target.resolvedIp, opening && { opening });
  if (isUnasked(fetched)) return fetched;
  const sight = await seen(deps, target, visit, { url, fetched, other });
  if (!isHotLinkSuspect(target, sight.observation)) return sight;
  const again = visit.late() ? undefined : await fetchAs(deps, visit, url, target.resolvedIp, { referer: "host" });
  if (again === undefined || isUnasked(again)) return untold(sight);
  const second = await seen(deps, target, visit, { url, fetched: again, other });
  if (second.observation.is === "SEEN") return second;
  return second.observation.is === "BLIND" ? untold(sight, second.observation.reason) : sight;
}

function isUnasked(fetched: Fetched): fetched is Unasked {
  return fetched.is === "no_room" || fetched.is === "no_way_out" || fetched.is === "held";
}

/** Asked as its own page asks it did not answer: what else it showed is no removal. */
function untold(sight: Sight, reason: Reason = "TIMED_OUT"): Sight {
  return sight.observation.is === "REPLACED" ? { ...sight, observation: { is: "BLIND", reason } } : sight;
}

/** Shown something else, or refused, where a picture was seen: it may be for want of a referrer. */
function isHotLinkSuspect({ seen: known }: Target, observation: Observation): boolean {
  if (known?.as.is !== "PRESENT") return false;
  return observation.is === "REPLACED" || (observation.is === "BLIND" && observation.reason === "HTTP_REFUSED");
}

async function fetchAs(
  { fetchRules }: LookDeps,
  { eye, enter, mayConnect, stop }: Visit,
  url: string,
  preferredIp: string,
  given: Pick<FetchRules, "referer" | "opening"> = {},
): Promise<Fetched> {
  const { dnsOf, ...rules } = fetchRules;
  const asked = { ...rules, ...given, dns: dnsOf(eye), eye, enter, mayConnect };
  const fetched = await fetchAddress(url, asked, preferredIp, stop);
  const flaw = "head" in fetched ? fetched.head?.tls : undefined;
  if (flaw !== undefined) tlsFlawed({ flaw });
  return fetched;
}

/** What was asked, what came, and what else the eye was shown last. */
interface Shown {
  url: string;
  fetched: Answered;
  other: Content | undefined;
}

async function seen(deps: LookDeps, target: Target, visit: Visit, { url, fetched, other }: Shown): Promise<Sight> {
  const time = deps.clock.now();
  const found = await findingOf(deps, target, fetched, visit.lane, visit.stop);
  const finding = await withInstead(deps, target, visit, { url, fetched }, found);
  const observation = observationOf(target, finding, other);
  const { head, ip } = fetched;
  const moved = head === undefined ? undefined : movedTo(deps, url, head);
  const opening = "opening" in fetched ? fetched.opening : undefined;
  const body = "content" in observation || !("bytes" in fetched) ? undefined : fetched.bytes;
  const bodySha256 = body && (await sha256(body)).toString("hex");
  const known = { ...(head && { head }), ...(bodySha256 && { bodySha256 }) };
  const aside = { ...known, ...(moved && { movedTo: moved }), ...(opening && { opening }) };
  return { observation, ip, time, ...aside };
}

function movedTo({ hostDigest }: LookDeps, url: string, head: Head): string | undefined {
  const [asked, led] = [url, head.url].map((one) => new URL(one).hostname);
  return led === undefined || led === asked ? undefined : hostDigest(led);
}

/** What stands in place of the picture that was seen, told by what it says, a fetch beside it and one of its root. */
async function withInstead(
  deps: LookDeps,
  target: Target,
  visit: Visit,
  { url, fetched }: Pick<Shown, "url" | "fetched">,
  finding: Finding,
): Promise<Finding> {
  if (finding.is !== "content") return finding;
  if (target.seen === undefined) return unlessPlaceholder(deps, visit, { url, fetched }, finding);
  if (fetched.is !== "body" || target.seen.as.is !== "PRESENT") return finding;
  if (likeness(target.seen.content, finding.content) !== "other") return finding;
  return { ...finding, instead: await insteadOf(deps, visit, url, fetched) };
}

/**
 * A picture under a status that says that there is none, at a first look: it is what a person sees there, unless the host
 * shows it for what cannot exist, too. The address itself is asked no second time: there are links that work once.
 */
async function unlessPlaceholder(
  deps: LookDeps,
  visit: Visit,
  { url, fetched }: Pick<Shown, "url" | "fetched">,
  finding: Finding,
): Promise<Finding> {
  if ((fetched.is !== "miss" && fetched.is !== "no_answer") || fetched.bytes === undefined) return finding;
  if (visit.late()) return finding;
  const beside = await fetchAs(deps, visit, besideUrl(url, randomBytes(8).toString("hex")), fetched.ip);
  const shown = "bytes" in beside ? beside.bytes : undefined;
  if (shown === undefined || Buffer.compare(shown, fetched.bytes) !== 0) return finding;
  return { is: fetched.is === "miss" ? "absent" : "blind", reason: fetched.reason, ip: fetched.ip };
}

async function insteadOf(
  deps: LookDeps,
  visit: Visit,
  asked: string,
  { head, bytes, ip }: Extract<Fetched, { is: "body" }>,
): Promise<Instead> {
  if (isWithheld(head, bytes)) return "WALL";
  const askedToo = async (url: string) => {
    if (visit.late()) return undefined;
    const fetched = await fetchAs(deps, visit, url, ip);
    if (!("bytes" in fetched) || fetched.bytes === undefined || fetched.head === undefined) return undefined;
    if (wallOf(fetched.head, fetched.bytes) !== undefined) return undefined;
    return { asked: url, head: fetched.head, bytes: fetched.bytes };
  };
  const shown = { asked, head, bytes };
  const isPage = kindOf(head, bytes) === "page";
  const beside = isPage ? await askedToo(besideUrl(asked, randomBytes(8).toString("hex"))) : undefined;
  const root = await askedToo(new URL("/", asked).href);
  if (isPage) return pageInstead({ page: shown, beside, root });
  return root !== undefined && isShownAtRoot(shown, root) ? "WALL" : "REPLACED";
}
