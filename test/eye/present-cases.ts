import { cloaked, present, unseen, type Case } from "./case.ts";
import { challenge } from "./challenges.ts";
import type { Show } from "./host.ts";
import {
  atHome,
  browsers,
  chain,
  encodings,
  onceWithCookie,
  picture,
  raw,
  shows,
  smallNotice,
  status,
  to,
  unless,
  withReferer,
  type Pictures,
} from "./shows.ts";

export function stillThere({ known, reencoded, smaller }: Pictures): Case[] {
  const material = picture(known);
  const length = `Content-Length: ${known.length}`;
  const type = "Content-Type: image/jpeg";
  const ok = "HTTP/1.1 200 OK";
  const lines = (...more: string[]) => raw([ok, type, ...more], known);
  return [
    { what: "nothing", does: material, end: present },
    { what: "re-encoded", does: picture(reencoded), end: present },
    { what: "made smaller", does: picture(smaller), end: present },
    ...[400, 401, 402, 403, 404, 410, 418, 429, 451, 500, 502, 503].map((code) => ({
      what: `A4 the same bytes with status ${code}`,
      does: picture(known, { status: code }),
      end: present,
    })),
    { what: "A4 re-encoded, with status 404", does: picture(reencoded, { status: 404 }), end: present },
    ...encodings.map(([token, pack]) => ({
      what: `A5 Content-Encoding ${JSON.stringify(token)} (${pack.name})`,
      does: picture(pack(known), { headers: { "Content-Encoding": token } }),
      end: present,
    })),
    ...[20, 60, 200].map((kilobytes) => ({
      what: `A6 ${kilobytes} kB of headers`,
      does: lines(length, ...Array.from({ length: kilobytes }, (_, i) => `X-${i}: ${"x".repeat(990)}`)),
      end: present,
    })),
    { what: "A9 itself with a cookie", does: onceWithCookie(material), end: present },
    ...[1, 6, 8, 19].map((steps) => ({ what: `E ${steps} redirects`, does: chain(steps, material), end: present })),
    {
      what: "A10 a placeholder without Referer",
      does: unless(withReferer, material, picture(smallNotice())),
      end: present,
    },
    { what: "A10 403 without Referer", does: unless(withReferer, material, status(403)), end: present },
    { what: "E bare line feeds", does: raw([ok, type, length], known, "\n"), end: present },
    { what: "E white space before a colon", does: lines(`Content-Length : ${known.length}`, "X-A  : b"), end: present },
    { what: "E a folded header", does: lines("X-Folded: one", "  two", length), end: present },
    { what: "E a header name with a space", does: lines("X Powered By: y", length), end: present },
    { what: "E a line that is no header", does: lines("this is no header", length), end: present },
    { what: "E two equal lengths", does: lines(length, length), end: present },
    { what: "E a length ten too large", does: lines(`Content-Length: ${known.length + 10}`), end: present },
    { what: "E no length", does: lines("Connection: close"), end: present },
    { what: "E Transfer-Encoding: identity", does: lines("Transfer-Encoding: identity", length), end: present },
    { what: "E HTTP/1.0", does: raw(["HTTP/1.0 200 OK", type], known), end: present },
    { what: "E 100 Continue first", does: raw(["HTTP/1.1 100 Continue", "", ok, type, length], known), end: present },
    {
      what: "E 103 Early Hints first",
      does: raw(["HTTP/1.1 103 Early Hints", "", ok, type, length], known),
      end: present,
    },
    {
      what: "E 206 with the whole range",
      does: picture(known, {
        status: 206,
        headers: { "Content-Range": `bytes 0-${known.length - 1}/${known.length}` },
      }),
      end: present,
    },
    { what: "E 300 with a Location", does: ledTo("/media/picture.jpg?elsewhere", 300, material), end: present },
    {
      what: "E Location in raw UTF-8",
      does: ledTo("/media/picture.jpg?caf\xc3\xa9", 302, onlyAt(/caf%C3%A9/, material)),
      end: present,
    },
    { what: "E 307 elsewhere on the host", does: ledTo("/media/picture.jpg?b", 307, material), end: present },
    { what: "E no type at all", does: shows({ body: known }), end: present },
    { what: "E a false type", does: picture(known, { headers: { "Content-Type": "text/html" } }), end: present },
    {
      what: "A8 one private address in DNS",
      does: material,
      dns: { 4: ["127.0.0.1", "10.0.0.1"], 6: "ENODATA" },
      end: present,
    },
    { what: "A8 a link-local address", does: material, dns: { 4: ["127.0.0.1"], 6: ["fe80::1"] }, end: present },
    {
      what: "A8 the metadata address",
      does: material,
      dns: { 4: ["169.254.169.254", "127.0.0.1"], 6: [] },
      end: present,
    },
    {
      what: "E the first of two addresses is dead",
      does: material,
      dns: { 4: ["127.9.9.9", "127.0.0.1"], 6: [] },
      end: present,
    },
    {
      what: "E AAAA says that there is no such name",
      does: material,
      dns: { 4: ["127.0.0.1"], 6: "ENOTFOUND" },
      end: present,
    },
  ];
}

const ledTo =
  (location: string, code: number, end: Show): Show =>
  (asked) =>
    asked.path.includes("?") ? end(asked) : to(location, {}, code);
const onlyAt =
  (path: RegExp, end: Show): Show =>
  (asked) =>
    path.test(asked.path) ? end(asked) : { status: 404, body: "another path" };

export function shownToSome(material: Show, other: Show): Case[] {
  const declaredOnly = (them: Show): Show => unless(browsers, material, them);
  const abroadOnly = (them: Show): Show => unless(atHome, material, them);
  const homeOnly = (them: Show): Show => unless((asked) => !atHome(asked), material, them);
  return [
    ...[403, 429, 401, 404, 410, 451].map((code) => ({
      what: `A2, A3 ${code} to clients that are no browsers`,
      does: declaredOnly(status(code)),
      end: cloaked("declared"),
    })),
    { what: "A3 another picture to clients that are no browsers", does: declaredOnly(other), end: cloaked("declared") },
    {
      what: "A2 a challenge to clients that are no browsers",
      does: declaredOnly(challenge("cloudflare")),
      end: cloaked("declared"),
    },
    {
      what: "A3 404 to browsers",
      does: unless((asked) => !browsers(asked), material, status(404)),
      end: cloaked("abroad", "browser"),
    },
    { what: "404 to networks abroad", does: abroadOnly(status(404)), end: cloaked("abroad") },
    { what: "a connection that breaks for networks abroad", does: abroadOnly(shows("reset")), end: cloaked("abroad") },
    ...[status(404), status(451), other, status(403)].map((them, i) => ({
      what: `gone in this country alone (${["404", "451", "another picture", "403"][i]})`,
      does: homeOnly(them),
      end: { is: "PRESENT", cloaked: ["browser", "declared"], restrictedHere: true } as const,
    })),
    {
      what: "A10 a placeholder without a referrer, and no answer with one",
      does: unless(withReferer, shows("hang"), picture(smallNotice())),
      end: unseen("TIMED_OUT"),
    },
    {
      what: "a name that this country's resolvers deny",
      does: material,
      dns: { 4: "ENOTFOUND", 6: "ENOTFOUND" },
      dnsAbroad: { 4: ["127.0.0.1"], 6: "ENODATA" },
      end: { is: "PRESENT", cloaked: ["browser", "declared"], restrictedHere: true },
    },
  ];
}
