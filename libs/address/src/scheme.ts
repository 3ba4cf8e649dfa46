import { endsInKnownName } from "./file-name.ts";

const HOST_AHEAD = String.raw`(?=[^\s/\\?#@:]*[^\s/\\?#@:.](?:\.|\[\.\]|\(\.\))[^\s/\\?#@:.]|\[[\da-f]*:)`;
const SCHEME = String.raw`^(h?h[tx*_]{2}pp?|h?ttp|htp|htttp)(s?)`;
/** "://" as it is meant: made harmless, with other slashes, or with something missing where a host follows. */
const MEANT = String.raw`(?::[/\\]{3,4}${HOST_AHEAD}|:\/\/|\[:\]\/\/|\(:\)\/\/|\[:\/\/\]|:\[\/\/\]|:[/\\]{2}|[;.]?[/\\]{2}${HOST_AHEAD}`;
const FIRST = new RegExp(String.raw`${SCHEME}${MEANT}|:[/\\]?${HOST_AHEAD}|:(?=https?:\/\/))`, "i");
const FURTHER = new RegExp(String.raw`${SCHEME}${MEANT})`, "i");
const MOST = 4;

/**
 * With "http://" or "https://" in front and a host behind it: "hxxp", "[.]", two schemes (the inner one counts, the outer
 * one was put before it), letters and slashes that are missing or full-width. "www." alone is asked by https, as browsers
 * do. What it does not know it leaves.
 */
export function withPlainScheme(pasted: string): string {
  const text = withPlainHead(pasted);
  let scheme = FIRST.exec(text);
  if (scheme === null) return withScheme(text);
  let rest = text.slice(scheme[0].length);
  // "http:///x.jpg": the host is what is missing.
  if (!/[^/]\/\/$/.test(scheme[0]) && endsInKnownName(/^[^/\\?#]*/.exec(rest)?.[0] ?? "")) return text;
  let begin = /^https?:\/\/$/i.test(scheme[0]) ? scheme[0] : plain(scheme);
  let isHarmless = isMadeHarmless(scheme[0]);
  for (let i = 0; i < MOST; i++) {
    scheme = FURTHER.exec(rest);
    if (scheme === null) break;
    rest = rest.slice(scheme[0].length);
    begin = plain(scheme);
    isHarmless ||= isMadeHarmless(scheme[0]);
  }
  return `${begin}${live(rest, isHarmless)}`;
}

const plain = ([, , secure = ""]: RegExpExecArray) => `http${secure.toLowerCase()}://`;
const isMadeHarmless = (scheme: string) => /[x*_[(]/i.test(scheme);

function withScheme(text: string): string {
  const address = live(text, false);
  return /^www\d?\.[^\s/\\?#]+\.[^\s/\\?#.]/i.test(address) ? `https://${address}` : text;
}

/** Scheme and host in ASCII where they were typed full-width, and composed where a file system took them apart. */
function withPlainHead(text: string): string {
  return text.replace(/^[^/\\?#]*(?:[/\\]+[^/\\?#]*)?/, (head) =>
    head.replaceAll(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0)).normalize("NFC"),
  );
}

/** Who makes a host harmless may do so with every dot behind it too. */
function live(rest: string, isMadeHarmless: boolean): string {
  const whole = rest.replace(/^([^/\\?#]*)\[\/\]/, "$1/");
  const [host = ""] = /^[^/\\?#]*/.exec(whole) ?? [];
  const liveHost = host
    .replaceAll(/\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)|\{dot\}|\[\.|\.\]/gi, ".")
    .replaceAll(/\[:\]|\(:\)/g, ":");
  const behind = whole.slice(host.length);
  const wasHarmless = isMadeHarmless || liveHost !== host || whole !== rest;
  return liveHost + (wasHarmless ? behind.replaceAll(/\[(?:\.|dot)\]/gi, ".").replaceAll("[/]", "/") : behind);
}
