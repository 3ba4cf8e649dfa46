import type { Doubt } from "./alone.ts";
import { endsInKnownName } from "./file-name.ts";

/** Behind an address: closing marks with those that open them, and marks of a sentence. */
const OPENED_BY: Readonly<Record<string, string>> = {
  ")": "(",
  "]": "[",
  "}": "{",
  ">": "<",
  '"': '"',
  "'": "'",
  "`": "`",
  "”": "“„",
  "“": "„",
  "’": "‘‚",
  "»": "«",
  "›": "‹",
  "）": "（",
  "】": "【",
  "」": "「",
  "』": "『",
  "》": "《",
};
/** None of them stands in an address as it is: whoever put one there began something else. */
const FOREIGN = new Set('<>"`”“’»›');
const SENTENCE = new Set(".,;:!…。、，！？；：");

const MOST = 8;

/**
 * Without the marks of the sentence that an address stood in. Where they may as well belong to it (behind "/wiki/Inc")
 * there are two readings; behind a host, a "/" or the end of a file's name there is one.
 */
export function withoutMarks(text: string): { text: string } | { doubt: Doubt } {
  let end = text.length;
  while (text.length - end < MOST && isOutside(text.slice(0, end))) end--;
  const run = text.slice(end);
  const foreign = Array.from(run).findIndex((mark) => FOREIGN.has(mark));
  const ours = foreign < 0 ? text : text.slice(0, end + foreign);
  const body = text.slice(0, end);
  if (ours === body || isDotSegment(ours)) return { text: ours };
  if (/(?:\.\.|…)$/.test(ours) && !endsInKnownName(body)) return { doubt: "CUT_SHORT" };
  if (ours.includes("#")) return { text: ours };
  return isWhole(body) ? { text: body } : { doubt: "MARK_AT_END" };
}

/** Whether the last character is a mark that nothing in the address opens. */
function isOutside(text: string): boolean {
  const last = text.at(-1) ?? "";
  const openers = OPENED_BY[last];
  if (openers === undefined) return SENTENCE.has(last);
  if (openers === last) return count(text, last) % 2 === 1;
  return count(text, last) > count(text, openers);
}

function count(text: string, marks: string): number {
  return Array.from(text).filter((c) => marks.includes(c)).length;
}

function isDotSegment(text: string): boolean {
  return /[/\\]\.\.?$/.test(text);
}

function isWhole(body: string): boolean {
  return /^https?:[/\\]{2}[^/\\?#]*$/i.test(body) || /[/\\]$/.test(body) || endsInKnownName(body);
}
