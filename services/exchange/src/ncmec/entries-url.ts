/** Where entries of a time are asked for: seconds of UTC, whatever this machine's own time is. */
export function entriesUrl(base: URL, from: Date, to: Date): URL {
  const url = new URL(`${pathOf(base)}/v2/entries`, base);
  url.search = new URLSearchParams({ from: seconds(from), to: seconds(to) }).toString();
  return url;
}

/**
 * The next page behind a link, which stands there relative to the API or to the host.
 *
 * @returns undefined for a link to anything else than entries of the same API: our password goes nowhere else.
 */
export function nextUrl(base: URL, link: string): URL | undefined {
  const entries = `${pathOf(base)}/v2/entries`;
  const isBelowApi = link.startsWith("/v2/");
  const url = URL.parse(isBelowApi ? `${pathOf(base)}${link}` : link, base.href);
  if (url === null || url.origin !== base.origin || url.pathname !== entries) return undefined;
  return url.username === "" && url.password === "" ? url : undefined;
}

export const pathOf = ({ pathname }: URL) => pathname.replace(/\/+$/, "");

const seconds = (time: Date) => time.toISOString().replace(/\.\d{3}Z$/, "Z");
