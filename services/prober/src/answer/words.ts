/**
 * The words of a text, in small letters. What has a digit in it is none (times, numbers, ids), nor is what looks drawn
 * by lot, nor the name of a day or a month: they differ from one answer to the next. Of scripts that set no spaces each
 * sign is a word.
 */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const run of text.match(RUN) ?? []) {
    if (/\p{N}/u.test(run) || run.length > LONGEST || isDrawn(run)) continue;
    for (const word of run.toLowerCase().match(WORD) ?? []) if (!DATES.has(word)) words.push(word);
  }
  return words;
}

const UNSPACED = ["Han", "Hiragana", "Katakana", "Thai", "Lao", "Khmer", "Myanmar"]
  .map((script) => `\\p{Script=${script}}`)
  .join("");
// Asked by `match`: `matchAll` makes a copy of its pattern at each call.
const WORD = /\p{L}[\p{L}\p{M}'’]*/gu;
const RUN = new RegExp(`[${UNSPACED}]|[^\\s${UNSPACED}]+`, "gu");

/** Longer than the words of any language on a page, so a key or a mark. */
const LONGEST = 60;

function isDrawn(run: string): boolean {
  return run.length >= 16 && (/[a-z][A-Z][^]*[a-z][A-Z]/.test(run) || /^[A-Z]+$/.test(run));
}

const DATES: ReadonlySet<string> = new Set(
  (
    "mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday sunday " +
    "jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august september " +
    "october november december am pm gmt utc"
  ).split(" "),
);
