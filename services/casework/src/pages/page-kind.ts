/** Pages that show whatever others put there: what is on one today is not what the page is. */
export type PageKind = "root" | "search" | "feed" | "profile";

const SEARCH_WORDS: ReadonlySet<string> = new Set(["search", "find", "results", "query"]);
const SEARCH_FIELDS: ReadonlySet<string> = new Set([
  "q",
  "query",
  "search",
  "s",
  "keyword",
  "keywords",
  "term",
  "text",
]);
const FEED_WORDS: ReadonlySet<string> = new Set(["feed", "feeds", "rss", "atom", "timeline", "latest", "new", "home"]);
const PROFILE_WORDS: ReadonlySet<string> = new Set(
  "user users u profile profiles member members author authors people channel accounts".split(" "),
);
const INDEX = /^index\.[a-z]{2,5}$/;
const FEED_FILE = /\.(rss|atom)$|^(rss|atom|feed)\.(xml|json)$/;

/** What kind of page the address is, by its words alone; undefined for a page of its own. */
export function pageKindOf(address: string): PageKind | undefined {
  if (!URL.canParse(address)) return undefined;
  const { pathname, searchParams } = new URL(address);
  const words = pathname
    .toLowerCase()
    .split("/")
    .filter((word) => word !== "");
  const [first = "", second] = words;
  const last = words.at(-1) ?? "";
  if ([...searchParams.keys()].some((name) => SEARCH_FIELDS.has(name.toLowerCase()))) return "search";
  if (words.some((word) => SEARCH_WORDS.has(word))) return "search";
  if (words.length === 0 || (words.length === 1 && INDEX.test(first)))
    return searchParams.size === 0 ? "root" : undefined;
  if (FEED_FILE.test(last) || FEED_WORDS.has(last)) return "feed";
  if (words.length === 1 && first.startsWith("@")) return "profile";
  return words.length === 2 && second !== undefined && PROFILE_WORDS.has(first) ? "profile" : undefined;
}
