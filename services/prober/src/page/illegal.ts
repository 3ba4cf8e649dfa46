import { createHash } from "node:crypto";
import type { Content } from "@ntd/proto/prober/v1/target";
import type { Targets } from "../store.ts";
import { likeness } from "../targets/likeness.ts";
import type { Reason } from "../targets/target-state.ts";
import type { FoundItem, Item, PageRecord, PageSight } from "./page-state.ts";

/** What one eye's look at a page says of the illegal items that are known there. */
export interface PageView {
  /** One of them at least is shown. */
  isEmbedded: boolean;
  /** Names of the eyes that had found one of them there. */
  foundBy: string[];
  /** Why it may be there all the same, unseen. */
  hidden?: Reason;
  /** What the media are: the same for the same bytes, whatever their addresses. */
  media: string;
}

/** A store answers so many values of one field in order. */
const AT_ONCE = 50;

/** Which of these targets somebody decided to be illegal. */
export async function illegalAmong(targets: Pick<Targets, "find">, ids: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const some = ids.slice(at, at + AT_ONCE);
    for (const { id } of await targets.find({ where: { illegal: { in: some } }, limit: AT_ONCE })) found.add(id);
  }
  return found;
}

/** All that is known to stand, or to have stood, on a page. */
export function everOn(known: Pick<PageRecord, "items" | "former"> | undefined): Item[] {
  return [...(known?.items ?? []), ...(known?.former ?? [])];
}

/** Undefined where nothing illegal is known of the page: it is there as long as it answers. */
export function viewOfPage(
  known: PageRecord | undefined,
  sight: PageSight,
  illegal: ReadonlySet<string>,
  isPageIllegal: boolean,
): PageView | undefined {
  // What stands in the page itself has no case of its own: it is as illegal as its page.
  const isIllegal = ({ targetId, isInline, isFound }: Pick<Item, "targetId" | "isInline" | "isFound">) =>
    illegal.has(targetId) || (isInline === true && isFound === true && isPageIllegal);
  const ever = everOn(known).filter(isIllegal);
  const ids = new Set([...illegal, ...ever.map(({ targetId }) => targetId)]);
  if (ids.size === 0) return undefined;
  const contents = ever.flatMap(({ content }) => content ?? []);
  const hidden = sight.wall ?? (sight.isPartial && ever.some(({ byScript }) => byScript) ? "TIMED_OUT" : undefined);
  return {
    ...(hidden && { hidden }),
    // By its address first: to compare pictures costs more, most of all where several are animations.
    isEmbedded:
      sight.items.some((item) => ids.has(item.targetId)) || sight.items.some((item) => isOneOf(contents, item.content)),
    foundBy: [...new Set(ever.flatMap(({ eyes }) => eyes))],
    media: mediaDigest(sight.items),
  };
}

// The same picture may be shown under another address each time.
function isOneOf(contents: readonly Content[], found: Content | undefined): boolean {
  if (found === undefined) return false;
  return contents.some((content) => ["identical", "same"].includes(likeness(content, found)));
}

function mediaDigest(items: readonly FoundItem[]): string {
  const names = items.map(({ targetId, content }) => {
    const sha256 = content?.fingerprints.find(({ algorithm }) => algorithm === "ALGORITHM_SHA256");
    return sha256 === undefined ? targetId : Buffer.from(sha256.value).toString("hex");
  });
  return createHash("sha256")
    .update([...new Set(names)].toSorted().join("\n"))
    .digest("hex");
}
