import { parseHost, registrableDomain } from "@ntd/net";

/** Whether a browser trusts the way to an address: TLS, or the machine itself. */
export function isTrustworthy({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || /^(127(\.\d+){3}|\[::1\]|(.+\.)?localhost)$/.test(hostname);
}

/**
 * The `Referer` of a request that a page leads to, by the policy of browsers (strict-origin-when-cross-origin): the page
 * within its own origin, the origin alone elsewhere, nothing where TLS is left.
 */
export function refererOf(page: URL, to: URL): string | undefined {
  if (isTrustworthy(page) && !isTrustworthy(to)) return undefined;
  return page.origin === to.origin ? `${page.origin}${page.pathname}${page.search}` : `${page.origin}/`;
}

/** `Sec-Fetch-Site`: how far the furthest of the addresses that a request has been led over is from the page. */
export function siteOf(page: URL, over: readonly URL[]): "same-origin" | "same-site" | "cross-site" {
  if (over.every(({ origin }) => origin === page.origin)) return "same-origin";
  return over.every((url) => url.protocol === page.protocol && owner(url) === owner(page)) ? "same-site" : "cross-site";
}

function owner({ hostname }: URL): string {
  const host = parseHost(hostname);
  return host?.is === "name" ? (registrableDomain(host.name) ?? host.name) : hostname;
}
