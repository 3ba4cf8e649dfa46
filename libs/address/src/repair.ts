import { alone, type Doubt } from "./alone.ts";
import { withPlainScheme } from "./scheme.ts";
import { withoutMarks } from "./trailing.ts";
import { unwrapped } from "./unwrap.ts";

export type { Doubt };

/**
 * Reads an address as people paste it: out of mails, chats, web pages and reports that were made harmless. It is repaired
 * where there is one reading; where there are two, the doubt is named. An address that a browser reads as it stands
 * comes through as it is. Where it is said exactly, within "<" and ">", no mark at its end is doubted.
 */
export function repair(pasted: string): { text: string } | { doubt: Doubt } {
  const { text, isExact } = unwrapped(visible(pasted).trim());
  const one = alone(text);
  if ("doubt" in one) return one;
  const inner = one.text === text ? { text, isExact } : unwrapped(one.text);
  const read = withPlainAmpersands(withPlainScheme(inner.text));
  return isExact || inner.isExact ? { text: read } : withoutMarks(read);
}

const INVISIBLE = String.raw`[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]+`;
const STRAY = new RegExp(String.raw`(?<![^\0-\x7f])${INVISIBLE}|${INVISIBLE}(?![^\0-\x7f])`, "g");

/** Between letters beyond ASCII the invisible joins them (Persian, Khmer, emoji); anywhere else it came by accident. */
function visible(text: string): string {
  return text.replaceAll(STRAY, "");
}

/** Copied out of a page's source, where each "&" is escaped; one that is not shows that the others are meant so. */
function withPlainAmpersands(text: string): string {
  const named = text.replaceAll(/&(?:#38|#x26);/gi, "&amp;");
  const [, before = "", query = "", fragment = ""] = /^([^?#]*\?)([^#]*)(.*)$/s.exec(named) ?? [];
  const isEscaped = query.includes("&") && !/&(?!amp;)/i.test(query);
  return isEscaped ? `${before}${query.replaceAll(/&amp;/gi, "&")}${fragment}` : text;
}
