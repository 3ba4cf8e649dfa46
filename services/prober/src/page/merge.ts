import type { Content } from "@ntd/proto/prober/v1/target";
import type { FoundItem, Item, PageRecord, PageSight } from "./page-state.ts";

/** Of what a page showed before, so much is kept. */
const MOST_FORMER = 200;

/** What an eye found on a page in a slot. */
export interface EyeSight extends PageSight {
  eye: string;
}

/**
 * What is on a page after the looks of a slot. Whom an item is shown is told by each eye for itself: one that did not look
 * says nothing. What no eye is shown any more is kept aside: that it was there is how its end is seen.
 */
export function merged(
  known: PageRecord | undefined,
  sights: readonly EyeSight[],
  at: Date,
  mostItems: number,
): PageRecord {
  const looked = new Set(sights.map(({ eye }) => eye));
  const partly = new Set(sights.flatMap(({ eye, isPartial }) => (isPartial ? eye : [])));
  const before = new Map([...(known?.former ?? []), ...(known?.items ?? [])].map((item) => [item.targetId, item]));
  const items = new Map<string, Item>();
  for (const { eye, items: found } of sights) {
    for (const one of found) {
      const same = items.get(one.targetId);
      if (same !== undefined) items.set(one.targetId, { ...same, eyes: [...new Set([...same.eyes, eye])] });
      else items.set(one.targetId, joined(before.get(one.targetId), one, eye, looked));
    }
  }
  const former = new Map((known?.former ?? []).map((item) => [item.targetId, item]));
  for (const item of known?.items ?? []) {
    if (items.has(item.targetId)) continue;
    // An eye that had no browser says nothing of what only that finds.
    const others = item.eyes.filter((eye) => !looked.has(eye) || (item.byScript === true && partly.has(eye)));
    if (others.length > 0) items.set(item.targetId, { ...item, eyes: others });
    else former.set(item.targetId, item);
  }
  const address = sights[0]?.address ?? known?.address;
  const listed = [...items.values()].slice(0, mostItems);
  for (const { targetId } of listed) former.delete(targetId);
  return {
    revision: known?.revision ?? 0,
    items: listed,
    former: mostMatter([...former.values()]),
    small: smallOnes(known, sights),
    counts: {
      found: most(sights, "found"),
      judged: listed.filter(({ content, reason }) => content !== undefined && reason === undefined).length,
      tooSmall: most(sights, "tooSmall"),
      neverFollowed: most(sights, "neverFollowed"),
      truncated: items.size > mostItems || sights.some(({ counts }) => counts.truncated),
    },
    lookedTime: at,
    fetchedTime: known === undefined || sights.some(({ isAnew }) => isAnew) ? at : known.fetchedTime,
    ...(address && { address }),
  };
}

/** What of it others are told, as text that two can be compared by. */
export function mediaFacts({ items, counts }: Pick<PageRecord, "items" | "counts">): string {
  const { found, judged, tooSmall, neverFollowed, truncated } = counts;
  const facts = items.map(({ targetId, element, reason = "", eyes, content }) =>
    [targetId, element, reason, eyes.toSorted().join(" "), content && contentFacts(content)].join("|"),
  );
  return JSON.stringify([facts, found, judged, tooSmall, neverFollowed, truncated]);
}

// Where the same bytes were judged alike, what was kept first stays: nothing is written anew for it.
function joined(known: Item | undefined, found: FoundItem, eye: string, looked: ReadonlySet<string>): Item {
  const others = known?.eyes.filter((other) => !looked.has(other)) ?? [];
  const isSame = known?.content && found.content && contentFacts(known.content) === contentFacts(found.content);
  return {
    ...found,
    ...(known && { address: known.address }),
    ...(isSame && known?.content && { content: known.content }),
    ...(known?.isFound && { isFound: true }),
    eyes: [...others, eye],
  };
}

function contentFacts({ recipe, fingerprints, renditions, film }: Content): string {
  const hex = fingerprints.map(({ algorithm, value }) => `${algorithm} ${Buffer.from(value).toString("hex")}`);
  return [recipe, ...hex, renditions.length, film?.frames.length].join(" ");
}

// What was found outlives what was only there.
function mostMatter(former: readonly Item[]): Item[] {
  if (former.length <= MOST_FORMER) return [...former];
  const [found, others] = [former.filter(({ isFound }) => isFound), former.filter(({ isFound }) => !isFound)];
  return [...others, ...found].slice(-MOST_FORMER);
}

function smallOnes(known: PageRecord | undefined, sights: readonly EyeSight[]): string[] {
  return [...new Set([...(known?.small ?? []), ...sights.flatMap(({ small }) => small)])].slice(-MOST_FORMER);
}

function most(sights: readonly EyeSight[], of: "found" | "tooSmall" | "neverFollowed"): number {
  return Math.max(0, ...sights.map(({ counts }) => counts[of]));
}
