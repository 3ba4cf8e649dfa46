import { isNeverFollowed, isNeverShown, type PortRange } from "@ntd/wayout";

/** What a browser asks its proxy for. */
export interface Asking {
  method: string;
  url: URL;
  userAgent: string;
  /** Wanted as a page, in a frame or in the place of this one, and not as something that a page shows. */
  isDocument: boolean;
  /** The page that the browser was sent to, or that it has been led to. */
  page: URL;
}

export interface AskRules {
  ports: readonly PortRange[];
  /** As whom the page's requests are made. */
  userAgent: string;
  maxRequests: number;
  maxBytes: number;
}

/** What a look has taken so far. */
export interface Taken {
  requests: number;
  bytes: number;
}

/** not_the_page: the browser's own business, such as updates, goes by another name than the page's requests. */
export type Refusal = "not_the_page" | "method" | "scheme" | "port" | "never_followed" | "too_much";

/** Why a request is not made; undefined when it is. What the browser says of where it asks is not trusted: that is looked up. */
export function refusalOf(asking: Asking, rules: AskRules, taken: Taken): Refusal | undefined {
  const { method, url, userAgent, page } = asking;
  if (userAgent !== rules.userAgent) return "not_the_page";
  // A look changes nothing at a host.
  if (method !== "GET") return "method";
  if (!/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") return "scheme";
  const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
  if (!rules.ports.some(([from, to]) => from <= port && port <= to)) return "port";
  if (url.href !== page.href && isNever(asking)) return "never_followed";
  return taken.requests >= rules.maxRequests || taken.bytes >= rules.maxBytes ? "too_much" : undefined;
}

// Where a page leads is a link; pictures may be asked for through what shows those of others. A browser that is taken over
// calls a page a picture, and reaches no more by that than a picture would.
function isNever({ isDocument, page, url }: Asking): boolean {
  return isDocument ? isNeverFollowed(page, url) : isNeverShown(page, url);
}
