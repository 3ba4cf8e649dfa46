import { domainsAbove, registrableDomain } from "@ntd/net";
import { IMAGE_PROXIES } from "./image-proxies.ts";
import { NEVER_FOLLOWED_DOMAINS, NEVER_FOLLOWED_PATHS } from "./never-follow-hosts.ts";

/**
 * Whether a redirect or a link is never followed: to services that pass on what they are asked for; with the address of
 * another site in its query or path, plain or percent-encoded (whoever takes it learns of that site, and an open
 * redirector leads anywhere); and to what a click would do rather than show. What the address that was reported says
 * itself is followed within its site.
 */
export function isNeverFollowed(from: URL, to: URL): boolean {
  const within = sameSite(from.hostname, to.hostname);
  if (!within && isPassedOn(to)) return true;
  const foreign = sitesIn(to).filter((host) => !sameSite(host, to.hostname));
  const reported = within ? sitesIn(from) : [];
  if (foreign.some((host) => !reported.some((known) => sameSite(host, known)))) return true;
  return doesMore(from, to);
}

/** So many of them stand in a row, one asking the next. */
const MOST_PROXIES = 3;

/**
 * The same of a picture that a page shows. Where it is asked of one that makes pictures smaller, or shows those of others,
 * the address of another site in it is the picture's: the page's own browser asks for it so. What that one is asked for
 * has to be such that the page could show it itself.
 */
export function isNeverShown(page: URL, to: URL, most = MOST_PROXIES): boolean {
  if (!isNeverFollowed(page, to)) return false;
  const proxy = IMAGE_PROXIES.map((pattern) => pattern.exec(to.hostname + to.pathname)).find((found) => found !== null);
  if (most === 0 || !proxy || doesMore(page, to)) return true;
  const asked = askedOf(to, proxy.groups?.["asked"]);
  const others = sitesIn(to).filter((host) => !sameSite(host, to.hostname));
  const told = asked.flatMap((one) => [one.hostname, ...sitesIn(one)]);
  if (others.some((host) => !told.some((known) => sameSite(host, known)))) return true;
  return asked.some((one) => isNeverShown(page, one, most - 1));
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
  const domain = registrableDomain(one);
  return one === other || (domain !== undefined && domain === registrableDomain(other));
}

/** The hosts of addresses that an address carries. */
function sitesIn({ pathname, search }: URL): string[] {
  return unescapings(pathname + search).flatMap((text) =>
    ADDRESSES.flatMap((pattern) => [...text.matchAll(pattern)].map(([, host = ""]) => hostOf(host))),
  );
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

/** It says to do something that the one before did not say. */
function doesMore(from: URL, to: URL): boolean {
  const said = new Set(wordsOfAction(from));
  return wordsOfAction(to).some((word) => !said.has(word));
}

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
    "unsubscribe optout unfollow deactivate closeaccount cancel abbestellen desabonner"
  ).split(" "),
);
