import { fieldsIn, itemsIn, shown, type DataReader, type Fault } from "@ntd/service";
import { actionNamed, reasonNamed, saidFault, type Said } from "./words.ts";

/** How a hotline answers. The first rule of the file that fits is the one. */
export interface Rule {
  /** Absent: any. */
  hotline?: string;
  /** Absent: any. */
  country?: string;
  /** One after the other; none: it never answers. */
  answers: readonly Step[];
}

/** An answer, so long after the record, or the newest revision of it, came. */
export interface Step extends Said {
  afterMs: number;
}

/** The rules of a file: `[{"country": "NL", "answers": [{"action": "CONTENT_REMOVED", "after": "2h"}]}]`. */
export const rulesIn: DataReader<Rule[]> = (data, fault) =>
  itemsIn(data, "", fault).map((item, index) => ruleIn(item, `rule ${index + 1}`, fault));

/** The answers to a record, in the order in which they are due. */
export function answersOf(
  rules: readonly Rule[],
  { hotline, country }: { hotline: string; country: string },
): readonly Step[] {
  const fits = (rule: Rule) => (rule.hotline ?? hotline) === hotline && (rule.country ?? country) === country;
  return (rules.find(fits)?.answers ?? []).toSorted((a, b) => a.afterMs - b.afterMs);
}

function ruleIn(item: unknown, at: string, fault: Fault): Rule {
  const entries = fieldsIn(item, at, fault, ["hotline", "country", "answers"]);
  const [hotline, country] = [entries.get("hotline"), entries.get("country")];
  if (hotline !== undefined && typeof hotline !== "string") fault(at, "has a hotline that is no text");
  if (country !== undefined && !(typeof country === "string" && /^[A-Z]{2}$/.test(country))) {
    fault(at, `has the country ${shown(country)}, which is not two capital letters`);
  }
  const steps = itemsIn(entries.get("answers"), `${at}, answers`, fault);
  return {
    ...(typeof hotline === "string" && { hotline }),
    ...(typeof country === "string" && { country }),
    answers: steps.map((step, index) => stepIn(step, `${at}, answer ${index + 1}`, fault)),
  };
}

function stepIn(item: unknown, at: string, fault: Fault): Step {
  const { action: word, reason: why, after = "0s" } = Object.fromEntries(fieldsIn(item, at, fault, STEP));
  const action = actionNamed(word) ?? "HOTLINE_ACTION_UNSPECIFIED";
  const reason = why === undefined ? "HOTLINE_REASON_UNSPECIFIED" : reasonNamed(why);
  if (reason === undefined) fault(at, `has the reason ${shown(why)}, which is none of the 21`);
  const said = { action, reason: reason ?? "HOTLINE_REASON_OTHER" };
  const wrong = saidFault(said);
  if (wrong !== undefined) fault(at, wrong);
  const [, count, unit = ""] = /^(\d{1,6})([smhd])$/.exec(String(after)) ?? [];
  if (count === undefined) fault(at, `comes after ${shown(after)}, which is no time such as 90s, 5m, 12h or 2d`);
  return { ...said, afterMs: Number(count ?? 0) * (UNITS[unit] ?? 0) };
}

const STEP = ["action", "reason", "after"];
const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
