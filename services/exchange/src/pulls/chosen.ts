import type { AskedPage } from "./asked-page.ts";
import { countLeft, leftKey } from "./left-out.ts";

/** A page with the kinds of hashes alone that are taken; what is left out is counted. */
export function chosen(asked: AskedPage, algorithms: readonly string[] | undefined): AskedPage {
  if (algorithms === undefined) return asked;
  const left = { ...asked.page.left };
  const listed = asked.listed.map((entry) => {
    const hashes = entry.hashes.filter((hash) => {
      const kind = hash.slice(0, hash.indexOf(":"));
      if (algorithms.includes(kind)) return true;
      countLeft(left, leftKey("BY_CHOICE", kind));
      return false;
    });
    return { ...entry, hashes };
  });
  const readable = listed.filter(({ hashes }) => hashes.length > 0).length;
  return { ...asked, page: { ...asked.page, readable, left }, listed };
}
