import type { Sealed } from "@ntd/proto/common/v1/common";
import { openAddress, type Clock, type Sealer } from "@ntd/service";
import type { DnsResolver } from "@ntd/wayout";
import { wallOf } from "../answer/wall.ts";
import type { Eye } from "../fetch/eye.ts";
import type { FetchRules, Head } from "../fetch/fetch.ts";
import type { Opening } from "../fetch/opening.ts";
import type { Room } from "../fetch/rooms.ts";
import { pageOf, type PageAnswer } from "../page/collect.ts";
import type { PageView } from "../page/illegal.ts";
import type { PageSight } from "../page/page-state.ts";
import { sealDerived } from "../targets/sealed-derived.ts";
import { observationOf, wasFile, type Finding, type Observation } from "../targets/observation.ts";
import type { Reason, Target } from "../targets/target-state.ts";
import { fetchAs, isUnasked } from "./fetch-as.ts";
import { findingOf, sha256, type Answered, type FindingDeps, type Unasked } from "./finding.ts";
import { withInstead } from "./instead.ts";
import { openingAfter, openingFor, sha256In } from "./passed.ts";
import { passing, type Passer, type PassingDeps } from "./passing.ts";

export interface LookDeps extends FindingDeps, PassingDeps {
  rules: { pageAgainMs: number };
  clock: Clock;
  sealer: Sealer;
  hostDigest: (hostname: string) => string;
  fetchRules: Omit<FetchRules, "enter" | "eye" | "dns" | "mayConnect" | "onRequest" | "pass"> & {
    dnsOf: (eye: Eye) => DnsResolver;
  };
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
  /** The same, of what a page shows. */
  mayShow: NonNullable<FetchRules["mayConnect"]>;
  /** Told of each request that the look makes, however it ends. */
  onRequest: NonNullable<FetchRules["onRequest"]>;
  /** Room as by `enter` for a part of the look, which gives it back before the look ends. */
  room: () => Room;
  /** What the picture would be after edits that hide it is asked, too. */
  derives: boolean;
  /** No further request may begin: the claim would end under it. */
  late: () => boolean;
  /** Keeps the claim while something takes long. */
  during: Passer["during"];
  /** The page that the target was found on. */
  foundOn: () => Promise<URL | undefined>;
  /** What is on a page, and what that says. */
  onPage: (page: PageAnswer, visit: Visit) => Promise<OnPage>;
  stop: AbortSignal;
}

/** What an eye found on a page; `view`: of a page on which something illegal is known. */
export interface OnPage {
  sight: PageSight;
  view?: PageView;
}

/** What one eye saw: the observation, and what it rests on. */
export interface Sight {
  observation: Observation;
  ip: string;
  /** When the answer had come. */
  time: Date;
  /** Digest of another host that the address led to. */
  movedTo?: string;
  /** How a body begins that is not read at every look. */
  opening?: Opening;
  head?: Head;
  /** SHA-256 of a body that is compared with nothing: of an error, a wall, what cannot be decoded. */
  bodySha256?: string;
  /** Of a page. */
  onPage?: OnPage;
  /** What its picture would be after edits that hide it, where that was asked. */
  derived?: Sealed;
}

/**
 * One look by one eye. What was found on a page is asked for at first as that page asks for it. A host that shows something
 * else later is asked once more as that page asks, or with itself as the referrer, as a page of its own would; what stands in place of a picture is compared with what its host answers for everything else.
 */
export async function lookBy(deps: LookDeps, target: Target, visit: Visit): Promise<Sight | Unasked> {
  const url = openAddress(deps.sealer, target.address).fetch;
  const opening = openingFor(target, visit.eye.name, deps.filmLimits.maxBytes);
  const pass = passing(deps, visit);
  const asShown = async () => {
    const page = await visit.foundOn();
    return page && { referer: { page, does: "shows" as const } };
  };
  const led = target.seen === undefined ? await asShown() : undefined;
  const asked = await fetchAs(deps, visit, url, target.resolvedIp, { ...led, pass, ...(opening && { opening }) });
  if (isUnasked(asked)) return asked;
  const { fetched, page } = await pageBehind(deps, target, visit, asked);
  if (isUnasked(fetched)) return fetched;
  const sight = await seen(deps, target, visit, { url, fetched, ...(page && { page }) });
  if (!isHotLinkSuspect(target, sight.observation)) return sight;
  const known = sight.opening && { opening: sight.opening };
  const given = { ...((await asShown()) ?? { referer: "host" as const }), pass, ...known };
  const again = visit.late() ? undefined : await fetchAs(deps, visit, url, target.resolvedIp, given);
  if (again === undefined || isUnasked(again)) return untold(sight);
  // What is not read twice is the same.
  if (again.is === "unchanged") return sight;
  const second = await seen(deps, target, visit, { url, fetched: again });
  if (second.observation.is === "SEEN") return second;
  return second.observation.is === "BLIND" ? untold(sight, second.observation.reason) : sight;
}

/** Asked as its own page asks it did not answer: what else it showed is no removal. */
function untold(sight: Sight, reason: Reason = "TIMED_OUT"): Sight {
  return sight.observation.is === "REPLACED" ? { ...sight, observation: { is: "BLIND", reason } } : sight;
}

/** Shown something else, or refused, where a picture was seen: it may be for want of a referrer. */
function isHotLinkSuspect({ seen: known, foundOn }: Target, observation: Observation): boolean {
  if (!wasFile(known)) return false;
  // It was seen as its page shows it: who comes from nowhere may be told that there is nothing.
  if (foundOn !== undefined && observation.is === "ABSENT") return observation.reason !== "NAME_NOT_FOUND";
  return observation.is === "REPLACED" || (observation.is === "BLIND" && observation.reason === "HTTP_REFUSED");
}

/** What was asked, and what came. */
interface Shown {
  url: string;
  fetched: Answered;
  page?: PageAnswer;
}

/** A page may send on by a tag as by a header; as often as this it is followed. */
const MOST_REFRESHES = 5;

/**
 * What is behind a page that sends on by itself, unless that is a wall, and the page that is there at last; no page where
 * a picture was seen.
 */
async function pageBehind(
  deps: LookDeps,
  { seen: known }: Target,
  visit: Visit,
  first: Answered,
): Promise<{ fetched: Answered | Unasked; page?: PageAnswer }> {
  let fetched = first;
  for (let followed = 0; ; followed++) {
    if (fetched.is !== "body" || wasFile(known)) return { fetched };
    const { head, bytes } = fetched;
    const page = await pageOf(head, bytes);
    const to = page?.media.refresh;
    if (to === undefined || followed === MOST_REFRESHES || visit.late()) return { fetched, ...(page && { page }) };
    // Of any other `findingOf` tells whether it is one, once.
    if (wallOf(head, bytes) !== undefined) return { fetched };
    const referer = { page: new URL(head.url), does: "leads" } as const;
    const next = await fetchAs(deps, visit, to, "", { referer, pass: passing(deps, visit) });
    if (isUnasked(next)) return { fetched: next };
    fetched = next;
  }
}

async function seen(deps: LookDeps, target: Target, visit: Visit, { url, fetched, page }: Shown): Promise<Sight> {
  const time = deps.clock.now();
  const found = await findingOf(deps, { ...target, derives: visit.derives }, fetched, visit.lane, visit.stop);
  const finding = await withInstead(deps, target, visit, { url, fetched }, found);
  const isPage = finding.is === "content" && finding.as.is === "NOT_MEDIA" && page !== undefined;
  const onPage = isPage ? await visit.onPage(page, visit) : undefined;
  const shown = isPage && onPage ? withPage(finding, onPage) : finding;
  const paged = { at: time, againMs: deps.rules.pageAgainMs };
  const observation = observationOf(target, shown, target.views?.[visit.eye.name], paged);
  const { head, ip } = fetched;
  const moved = head === undefined ? undefined : movedTo(deps, url, head);
  const opening = openingAfter(fetched, found);
  const bodySha256 = "content" in observation ? undefined : await digestOf(fetched);
  const known = { ...(head && { head }), ...(bodySha256 && { bodySha256 }) };
  const aside = { ...known, ...(moved && { movedTo: moved }), ...(opening && { opening }) };
  return {
    observation,
    ip,
    time,
    ...aside,
    ...(onPage && shown.is === "content" && { onPage }),
    ...derivedIn(deps, found, time),
  };
}

function derivedIn({ sealer }: LookDeps, found: Finding, now: Date): Pick<Sight, "derived"> {
  const derived = found.is === "content" ? (found.derived ?? []) : [];
  return derived.length === 0 ? {} : { derived: sealDerived(sealer, derived, now) };
}

/** A page of which a script shows nothing but a wall is one, as if its host had answered with that. */
function withPage(finding: Extract<Finding, { is: "content" }>, { sight, view }: OnPage): Finding {
  if (view !== undefined) return { ...finding, page: view };
  const { wall, items } = sight;
  return wall === undefined || items.length > 0 ? finding : { is: "blind", reason: wall, ip: finding.ip };
}

async function digestOf(fetched: Answered): Promise<string | undefined> {
  if (fetched.is === "passed") return sha256In(fetched.hashed);
  const bytes = "bytes" in fetched ? fetched.bytes : undefined;
  return bytes && (await sha256(bytes)).toString("hex");
}

function movedTo({ hostDigest }: LookDeps, url: string, head: Head): string | undefined {
  const [asked, led] = [url, head.url].map((one) => new URL(one).hostname);
  return led === undefined || led === asked ? undefined : hostDigest(led);
}
