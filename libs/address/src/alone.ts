import { endsInKnownName } from "./file-name.ts";

/** Why a pasted text has no reading of its own, or more than one. */
export type Doubt = "TWO_ADDRESSES" | "SPACE_WITHIN" | "CUT_SHORT" | "MARK_AT_END";

type Alone = { text: string } | { doubt: Doubt };

const SCHEME = String.raw`h[tx*_]{2}ps?`;
const SEPARATOR = String.raw`(?::|\[:\]|\(:\)|\[:\/\/\])`;
const BEGINS = new RegExp(String.raw`^[<("'“‘«「\[{*_]*(?:${SCHEME}${SEPARATOR}|www\d?(?:\.|\[\.\]))`, "i");

/** The one address of a text of several words, or of several addresses run together that are the same. */
export function alone(text: string): Alone {
  const joined = text.replace(new RegExp(String.raw`^(${SCHEME})\s?(${SEPARATOR})\s?([/\\]{2})\s?`, "i"), "$1$2$3");
  const words = joined.split(/\s+/);
  if (words.length === 1) return unglued(joined);
  const addresses = [...new Set(words.filter((word) => BEGINS.test(word)))];
  const others = words.filter((word) => !BEGINS.test(word));
  const [address] = addresses;
  if (address === undefined) return { text: joined };
  if (addresses.length > 1 || others.some(isHost)) return { doubt: "TWO_ADDRESSES" };
  if (words.slice(others.length).every((word) => word === address)) return unglued(address);
  return isNameWithSpaces(joined, words) ? { text: joined.replaceAll(" ", "%20") } : { doubt: "SPACE_WITHIN" };
}

function isHost(word: string): boolean {
  return /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?:[/:?#].*)?$/i.test(word) && !endsInKnownName(word);
}

/** "http://a.example/my holiday.jpg": only what stands at the end can be the end of a name. */
function isNameWithSpaces(text: string, words: readonly string[]): boolean {
  const isOneLine = !/[^\S ]/.test(text);
  return isOneLine && BEGINS.test(text) && endsInKnownName(text) && !words.slice(0, -1).some(endsInKnownName);
}

const AGAIN = new RegExp(String.raw`${SCHEME}${SEPARATOR}//`, "gi");

/**
 * An address that begins behind "/", "=" or the like is within the one around it, as archives and proxies have them; one
 * that begins behind a letter or a comma was pasted behind it.
 */
function unglued(text: string): Alone {
  const cuts = [...text.matchAll(AGAIN)]
    .map(({ index }) => index)
    .filter(
      (at) =>
        BEGINS.test(text.slice(0, at)) &&
        !/[/\\=?&#:@([{!*$+~]$|%[0-9a-f]{2}$/i.test(text.slice(Math.max(0, at - 3), at)),
    );
  const parts = [0, ...cuts].map((from, i) => text.slice(from, cuts[i]).replace(/[,;|]{1,3}$/, ""));
  const [first = "", ...more] = new Set(parts);
  if (cuts.length === 0) return { text };
  return more.length === 0 ? { text: first } : { doubt: "TWO_ADDRESSES" };
}
