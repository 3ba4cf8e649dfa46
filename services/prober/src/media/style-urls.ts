/** More of one style are no pictures of a page. */
const MOST_URLS = 1000;
/** As often something may begin and not end before the rest is left. */
const MOST_UNENDED = 8;

/** What is within `url(…)` of a style, in time that grows with its length alone. */
export function urlsIn(style: string): string[] {
  const found: string[] = [];
  const lower = style.toLowerCase();
  let unended = 0;
  for (let at = lower.indexOf("url("); at >= 0 && found.length < MOST_URLS; at = lower.indexOf("url(", at)) {
    at += "url(".length;
    while (/\s/.test(style[at] ?? "")) at++;
    const quote = style[at] === '"' || style[at] === "'" ? style[at] : undefined;
    const start = quote === undefined ? at : at + 1;
    const end = style.indexOf(quote ?? ")", start);
    if (end < 0 && ++unended > MOST_UNENDED) break;
    if (end < 0) continue;
    found.push(style.slice(start, end).trim());
    at = end;
  }
  return found;
}
