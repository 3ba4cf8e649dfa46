import { domainsAbove, registrableDomain } from "@ntd/net";
import { IMAGE_PROXIES } from "./image-proxies.ts";
import { NEVER_FOLLOWED_DOMAINS, NEVER_FOLLOWED_PATHS } from "./never-follow-hosts.ts";

/** What one address may lead to. What it says itself is read once: a page may have thousands of links. */
export interface Leading {
  /**
   * Whether a redirect or a link is never followed: to services that pass on what they are asked for; with the address of
   * another site in its query or path, plain or percent-encoded (whoever takes it learns of that site, and an open
   * redirector leads anywhere); and to what a click would do rather than show. What the address that was reported says
   * itself is followed within its site.
   */
  isNeverFollowed(to: URL): boolean;
  /**
   * The same of a picture that a page shows. Where it is asked of one that makes pictures smaller, or shows those of others,
   * the address of another site in it is the picture's: the page's own browser asks for it so. What that one is asked for
   * has to be such that the page could show it itself.
   */
  isNeverShown(to: URL): boolean;
}

/** So many of them stand in a row, one asking the next. */
const MOST_PROXIES = 3;

export function leadingFrom(from: URL): Leading {
  const own = siteOf(from.hostname);
  let reported: ReadonlySet<string> | undefined;
  let said: ReadonlySet<string> | undefined;
  const mayName = (site: string, within: boolean) => within && (reported ??= sitesIn(from)).has(site);
  const doesMore = (to: URL) => wordsOfAction(to).some((word) => !(said ??= new Set(wordsOfAction(from))).has(word));
  function isNeverFollowed(to: URL): boolean {
    const within = siteOf(to.hostname) === own;
    if (!within && isPassedOn(to)) return true;
    return othersIn(to).some((site) => !mayName(site, within)) || doesMore(to);
  }
  function isNeverShown(to: URL, most: number): boolean {
    if (!isNeverFollowed(to)) return false;
    const proxy = IMAGE_PROXIES.map((pattern) => pattern.exec(to.hostname + to.pathname)).find(
      (found) => found !== null,
    );
    if (most === 0 || !proxy || doesMore(to)) return true;
    const asked = askedOf(to, proxy.groups?.["asked"]);
    const told = new Set(asked.flatMap((one) => [siteOf(one.hostname), ...sitesIn(one)]));
    if (othersIn(to).some((site) => !told.has(site))) return true;
    return asked.some((one) => isNeverShown(one, most - 1));
  }
  return { isNeverFollowed, isNeverShown: (to) => isNeverShown(to, MOST_PROXIES) };
}

/** `Leading.isNeverFollowed` of a single link. */
export function isNeverFollowed(from: URL, to: URL): boolean {
  return leadingFrom(from).isNeverFollowed(to);
}

/** `Leading.isNeverShown` of a single picture. */
export function isNeverShown(page: URL, to: URL): boolean {
  return leadingFrom(page).isNeverShown(to);
}

/** The sites in an address that are not its own. */
function othersIn(to: URL): string[] {
  const own = siteOf(to.hostname);
  return [...sitesIn(to)].filter((site) => site !== own);
}

/** The addresses that one that shows pictures of others is asked for; `named`: without a scheme. */
function askedOf({ pathname, searchParams }: URL, named: string | undefined): URL[] {
  const [, scheme, rest] = /\/(https?)(?::[\\/]+|\/)([^]+)$/i.exec(unescaped(pathname)) ?? [];
  const texts = [scheme && `${scheme}://${rest}`, named && `https://${named}`];
  for (const value of searchParams.values()) texts.push(addressIn(unescaped(value)));
  return texts.flatMap((text) => (text && URL.parse(text)) || []);
}

function addressIn(value: string): string | undefined {
  const [, scheme, rest = ""] = /^(?:(https?):[\\/]+|[\\/]{2,})([^]+)$/i.exec(value) ?? [];
  if (rest !== "") return `${scheme ?? "https"}://${rest}`;
  return /^(?:[\w-]+\.)+[a-z]{2,}\//i.test(value) ? `https://${value}` : undefined;
}

function isPassedOn({ hostname, pathname, search }: URL): boolean {
  if ([...domainsAbove(hostname)].some((domain) => NEVER_FOLLOWED_DOMAINS.has(domain))) return true;
  return NEVER_FOLLOWED_PATHS.some((pattern) => pattern.test(hostname + pathname + search));
}

/** Whether two names belong to one owner. */
export function sameSite(one: string, other: string): boolean {
  return siteOf(one) === siteOf(other);
}

/** What names of one owner have in common; a name or an address that belongs to none stands for itself. */
const siteOf = (host: string) => registrableDomain(host) ?? host;

/** The sites of addresses that an address carries. */
function sitesIn({ pathname, search }: URL): Set<string> {
  const hosts = new Set<string>();
  for (const text of unescapings(pathname + search))
    for (const pattern of ADDRESSES) for (const [, host = ""] of text.matchAll(pattern)) hosts.add(hostOf(host));
  return new Set([...hosts].map(siteOf));
}

const ADDRESSES = [
  // A server may have made one slash of two.
  /(?:https?|ftp|wss?):[\\/]+([^/\\?#&\s"'<>;,|]*)/gi,
  /=(?:\/\/|\\\\)([^/\\?#&\s"'<>;,|]+)/g,
  /\/https?\/([\w-]+(?:\.[\w-]+)+)(?=[/:])/gi,
];

function hostOf(authority: string): string {
  return authority
    .replace(/^[^@]*@/, "")
    .replace(/:\d*$/, "")
    .toLowerCase();
}

/** How often an address is escaped within another is up to whoever wrote it. */
const MAX_UNESCAPINGS = 4;

function unescapings(text: string): string[] {
  const all = [text];
  for (let last = text; all.length <= MAX_UNESCAPINGS; all.push(last)) {
    const next = last.replace(/%([2-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    if (next === last) break;
    last = next;
  }
  return all;
}

const unescaped = (text: string) => unescapings(text).at(-1) ?? text;

/** Parts of the path, and names and values of the query, that say what a click would do. */
function wordsOfAction({ pathname, searchParams }: URL): string[] {
  const parts = pathname.split("/").map((part) => part.replace(/\.(?:php|aspx?|cgi|jsp|do|html?)$/i, ""));
  return [...parts, ...[...searchParams].flat()]
    .map((part) => part.toLowerCase().replaceAll(/[-_+ ]|%20/g, ""))
    .filter((part) => ACTIONS.has(part));
}

const ACTIONS: ReadonlySet<string> = new Set(
  (
    "logout logoff signout signoff abmelden deconnexion cerrarsesion wyloguj logouts endsession " +
    "delete deletefile deletepost deleteaccount remove removefile destroy erase loschen supprimer eliminar usun " +
    "report reportabuse reportfile abuse abusereport flag complain dmca melden signaler denunciar " +
    "vote upvote downvote ratepic votephoto " +
    "unsubscribe optout unfollow deactivate closeaccount cancel abbestellen desabonner"
  ).split(" "),
);
