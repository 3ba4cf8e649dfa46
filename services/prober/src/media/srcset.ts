/** The addresses of a `srcset`, each with how wide or dense it says it is. */
interface Candidate {
  address: string;
  size: number;
}

/** More are sizes of sizes. */
const MOST_CANDIDATES = 64;
/** What is longer holds nothing but spaces, or addresses that nobody is told. */
const MOST_CHARS = 512 * 1024;

/**
 * Of the candidates of a `srcset` those that people are shown: the largest, and the one for an ordinary screen. They are
 * one picture in several sizes, unless somebody hides another one behind a size.
 */
export function shownOf(srcset: string): string[] {
  const candidates = candidatesOf(srcset.slice(0, MOST_CHARS));
  if (candidates.length === 0) return [];
  const [first] = candidates;
  const largest = candidates.reduce((best, one) => (one.size > best.size ? one : best));
  const ordinary = candidates.find(({ size }) => size === 1) ?? first;
  return [...new Set([largest, ordinary].flatMap((one) => (one ? [one.address] : [])))];
}

// The form of HTML: addresses may hold commas within, but not at their end.
function candidatesOf(srcset: string): Candidate[] {
  const found: Candidate[] = [];
  let at = 0;
  while (at < srcset.length && found.length < MOST_CANDIDATES) {
    while (at < srcset.length && /[\s,]/.test(srcset[at] ?? "")) at++;
    const start = at;
    while (at < srcset.length && !/\s/.test(srcset[at] ?? "")) at++;
    const text = srcset.slice(start, at);
    if (text === "") break;
    const address = text.replace(/,{1,64}$/, "");
    let descriptor = "";
    if (address === text) {
      const comma = srcset.indexOf(",", at);
      const end = comma < 0 ? srcset.length : comma;
      descriptor = srcset.slice(at, Math.min(end, at + 64)).trim();
      at = end;
    }
    found.push({ address, size: sizeOf(descriptor) });
  }
  return found;
}

// As wide as "640w", as dense as "2x"; without a word it is "1x". Both in one list mean nothing.
function sizeOf(descriptor: string): number {
  const [, number] = /^(\d{1,9}(?:\.\d{1,9})?)[wx]/.exec(descriptor) ?? [];
  return number === undefined ? 1 : Number(number);
}
