import { parseAddress } from "@ntd/address";
import { atOnce, sealAddress, type Address, type Clock, type Sealer } from "@ntd/service";
import { kindOf } from "../answer/kind.ts";
import { textOf } from "../answer/text.ts";
import { wallOf } from "../answer/wall.ts";
import type { Head } from "../fetch/fetch.ts";
import { findingOf, sha256 } from "../look/finding.ts";
import type { LookDeps, Visit } from "../look/look.ts";
import type { Finding } from "../targets/observation.ts";
import type { Medium } from "../media/found.ts";
import { bytesOf } from "../media/inline.ts";
import { mediaOf, type PageMedia } from "../media/media.ts";
import { Fetching, type PageLimits } from "./fetching.ts";
import type { FoundItem, Item, PageSight } from "./page-state.ts";
import { scripted, type ScriptedDeps } from "./scripted.ts";
import { together } from "./together.ts";

export interface CollectDeps extends LookDeps, ScriptedDeps {
  clock: Clock;
  sealer: Sealer;
  targetIdOf: (address: Pick<Address, "fetch">) => string;
  /** The id of a picture that stands in a page itself. */
  inlineIdOf: (page: Pick<Address, "fetch">, sha256: string) => string;
  pageLimits: PageLimits;
}

/** The page, as it was answered. */
export interface PageAnswer {
  head: Head;
  media: PageMedia;
}

/** What is known of a page's media; what is in it is not fetched again. */
export interface KnownMedia {
  items: Map<string, FoundItem>;
  small: Set<string>;
  isAnew: boolean;
}

/** Of a page's markup so much is read. */
const PAGE_CHARS = 8 * 1024 * 1024;
/** Media that are under way at a time. */
const AT_ONCE = 4;
/** Shorter on both sides a picture shows nothing that anybody could recognise. */
const LEAST_SIDE = 64;

/** What an answer shows, if it is a page. */
export async function pageOf(head: Head, bytes: Uint8Array): Promise<PageAnswer | undefined> {
  if (kindOf(head, bytes) !== "page") return undefined;
  const media = await mediaOf(textOf(head, bytes, PAGE_CHARS), head.url);
  return { head, media: { ...media, truncated: media.truncated || bytes.length > PAGE_CHARS } };
}

/**
 * Fetches what a page shows, with its frames' (one level, of the same site), as a browser would that shows it, and has it
 * judged; nothing of it is kept but fingerprints. What is beyond a limit stands in the list unasked, and it is said.
 *
 * @throws what `stop` aborts with, and Problem PEER_UNAVAILABLE where nobody can judge or tell whether it may be asked.
 */
export async function collected(
  deps: CollectDeps,
  page: PageAnswer,
  known: KnownMedia,
  visit: Visit,
): Promise<PageSight> {
  const { pageLimits: limits } = deps;
  const collecting = new Collecting(deps, page, known, visit);
  const { media, beside, ...counts } = await collecting.all();
  const listed = media.slice(0, limits.media);
  const judged: (FoundItem | "small" | undefined)[] = [];
  await atOnce([...listed.entries()], AT_ONCE, async ([at, medium]) => {
    judged[at] = await collecting.item(medium);
  });
  const items = judged.filter((one) => typeof one === "object");
  const isUnasked = items.some(({ reason }) => reason === "NOT_FOLLOWED");
  return {
    items: [...new Map(items.map((item) => [item.targetId, item])).values()],
    small: collecting.small,
    counts: {
      ...counts,
      tooSmall: counts.tooSmall + judged.filter((one) => one === "small").length,
      truncated: counts.truncated || media.length > listed.length || isUnasked,
    },
    isAnew: known.isAnew,
    ...beside,
    address: sealAddress(deps.sealer, addressOf(page), deps.clock.now()),
  };
}

// Where it stands is kept as it was asked.
const addressOf = ({ head: { url } }: PageAnswer): Address => ({ original: "", fetch: url, key: url });

type Judged = Pick<Item, "content" | "reason">;

class Collecting {
  readonly #deps: CollectDeps;
  readonly #page: PageAnswer;
  readonly #known: KnownMedia;
  readonly #visit: Visit;
  readonly #fetching: Fetching;
  readonly small: string[] = [];

  constructor(deps: CollectDeps, page: PageAnswer, known: KnownMedia, visit: Visit) {
    this.#deps = deps;
    this.#page = page;
    this.#known = known;
    this.#visit = visit;
    this.#fetching = new Fetching(deps, page.head.url, visit);
  }

  /** What the page's own markup has, then its frames', and what its scripts load. */
  async all() {
    const all = [this.#page.media];
    for (const url of this.#page.media.frames) {
      const fetched = await this.#fetching.fetch(url, "frames");
      if (fetched?.is !== "body" || wallOf(fetched.head, fetched.bytes) !== undefined) continue;
      const frame = await pageOf(fetched.head, fetched.bytes);
      if (frame !== undefined) all.push(frame.media);
    }
    const { leftMs } = this.#fetching;
    const { isPartial, wall, ...loaded } = await scripted(this.#deps, this.#page.head.url, this.#visit, leftMs);
    const beside = { ...(isPartial && { isPartial }), ...(wall && { wall }) };
    const most = this.#deps.pageLimits.media;
    return { ...together(all, loaded, most, (medium) => this.#nameOf(medium)), beside };
  }

  #nameOf({ url }: Medium): string {
    return url.startsWith("data:") ? url : this.#deps.targetIdOf({ fetch: url });
  }

  async item(medium: Medium): Promise<FoundItem | "small" | undefined> {
    if (medium.url.startsWith("data:")) return this.#inline(medium);
    const { targetIdOf, sealer, clock } = this.#deps;
    const targetId = targetIdOf({ fetch: medium.url });
    const known = this.#known.items.get(targetId);
    if (this.#known.small.has(targetId)) return "small";
    if (known?.content !== undefined) return { ...unplaced(known), ...placeOf(medium) };
    const judged = await this.#judged(medium.url);
    if (judged === "small") return this.#noted(targetId);
    const read = parseAddress(medium.url);
    const address = "address" in read ? read.address : { original: medium.url, fetch: medium.url, key: medium.url };
    const sealed = known?.address ?? sealAddress(sealer, { ...address, original: medium.url }, clock.now());
    return this.#taken({ targetId, address: sealed, ...placeOf(medium), ...judged });
  }

  /** A picture that stands in the page: it is judged by its bytes, and its address is the page's. */
  async #inline(medium: Medium): Promise<FoundItem | "small" | undefined> {
    const { url, element } = medium;
    const bytes = bytesOf(url);
    if (bytes === undefined || bytes.length === 0) return undefined;
    const { sealer, clock, inlineIdOf } = this.#deps;
    const page = addressOf(this.#page);
    const targetId = inlineIdOf(page, (await sha256(bytes)).toString("hex"));
    if (this.#known.small.has(targetId)) return "small";
    const known = this.#known.items.get(targetId);
    const place = { ...placeOf(medium), element: `${element} data` };
    if (known?.content !== undefined) return { ...unplaced(known), ...place };
    const head: Head = { url: page.fetch, status: 200, headers: new Map() };
    const { lane, stop } = this.#visit;
    const judged = judgedBy(await findingOf(this.#deps, {}, { is: "body", bytes, ip: "", head }, lane, stop), false);
    if (judged === "small") return this.#noted(targetId);
    const address = known?.address ?? sealAddress(sealer, page, clock.now());
    return this.#taken({ targetId, address, ...place, isInline: true, ...judged });
  }

  #taken(item: FoundItem): FoundItem {
    this.#known.items.set(item.targetId, item);
    return item;
  }

  #noted(targetId: string): "small" {
    this.#known.small.add(targetId);
    this.small.push(targetId);
    return "small";
  }

  async #judged(url: string): Promise<Judged | "small"> {
    const fetched = await this.#fetching.fetch(url, "shows");
    if (fetched === undefined) return { reason: "NOT_FOLLOWED" };
    if (fetched.is === "no_answer" && fetched.film === true) return { reason: "FILM_TOO_LARGE" };
    const finding = await findingOf(this.#deps, {}, fetched, this.#visit.lane, this.#visit.stop);
    return judgedBy(finding, fetched.is === "body" && kindOf(fetched.head, fetched.bytes) === "page");
  }
}

const placeOf = ({ element, byScript }: Medium) => ({ element, ...(byScript && { byScript }) });
const unplaced = ({ byScript: _byScript, ...item }: FoundItem): FoundItem => item;

function judgedBy(finding: Finding, isPage: boolean): Judged | "small" {
  if (finding.is !== "content") return { reason: finding.reason };
  const { as, content, sides } = finding;
  if (as.is === "PRESENT") return sides !== undefined && Math.max(...sides) < LEAST_SIDE ? "small" : { content };
  if (as.reason === "PICTURE_TOO_SMALL") return "small";
  // Of a page in place of a picture nothing can be listed; of a film its bytes can.
  return isPage ? { reason: as.reason } : { content, reason: as.reason };
}
