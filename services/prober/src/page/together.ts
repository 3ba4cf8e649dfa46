import type { Wall } from "../answer/wall.ts";
import type { Medium } from "../media/found.ts";
import type { PageMedia } from "../media/media.ts";

/** What stands in a page, or is loaded by it, once its scripts have run. */
export interface Scripted {
  media: readonly Medium[];
  truncated: boolean;
  /** All of it may be missing: there was no browser, or it did not come to an end. */
  isPartial: boolean;
  /** What the scripts put in front of the page. */
  wall?: Wall;
}

type Together = Pick<PageMedia, "media" | "found" | "tooSmall" | "neverFollowed" | "truncated">;

/**
 * What the markup of a page and its frames has, and behind that what is there for its scripts alone.
 *
 * @param most of those beyond so many one alone is named: nobody asks who the others are.
 * @param nameOf what makes two of them one: frames show the same again.
 */
export function together(
  pages: readonly PageMedia[],
  { media: loaded, truncated }: Pick<Scripted, "media" | "truncated">,
  most: number,
  nameOf: (medium: Medium) => string,
): Together {
  const named = new Map<string, Medium>();
  const name = (media: readonly Medium[]) => {
    for (const medium of media) {
      if (named.size > most) break;
      const one = nameOf(medium);
      if (!named.has(one)) named.set(one, medium);
    }
    return named.size;
  };
  const before = name(pages.flatMap(({ media }) => media));
  const after = name(loaded.map((medium) => ({ ...medium, byScript: true })));
  const sum = (of: "found" | "tooSmall" | "neverFollowed") => pages.reduce((count, one) => count + one[of], 0);
  return {
    media: [...named.values()],
    found: sum("found") + after - before,
    tooSmall: sum("tooSmall"),
    neverFollowed: sum("neverFollowed"),
    truncated: truncated || pages.some((one) => one.truncated),
  };
}
