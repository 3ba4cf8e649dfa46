import { ReporterSentence } from "@ntd/proto/intake/v1/report";
import { fieldsIn, textIn, type Fault } from "@ntd/service";
import type { Status } from "../reports/status.ts";
import { inLanguage, readByLanguage, type ByLanguage } from "./by-language.ts";

/** What who reports is told, by key. */
export type Sentences = ByLanguage<Record<SentenceKey, string>>;

/**
 * `closed` is said of what a machine decided, of what a person decided without another word, and of what a person had
 * told as acted on: so it tells nobody whether something was on a list.
 */
const KEYS = [
  "received",
  "being_handled",
  "closed",
  "not_against_the_law",
  "not_for_us",
  "nothing_there",
  "say_more",
] as const;
export type SentenceKey = (typeof KEYS)[number];

/** What is said where no file says otherwise. */
export const english: Sentences = {
  fallback: "en",
  languages: new Map([
    [
      "en",
      {
        received: "Thank you. We have received your report, and somebody will look at it.",
        being_handled: "Thank you. Your report is being handled.",
        closed: "Thank you. What can be done is done, and your report is closed.",
        not_against_the_law: "Thank you. We looked at it, and it is not against the law here.",
        not_for_us: "Thank you. We looked at it, and it is a matter for somebody else.",
        nothing_there: "Thank you. Nothing was there when we looked.",
        say_more: "Thank you. What you said does not let us find it. Please report it again, and say more.",
      },
    ],
  ]),
};

export function readSentences(data: unknown, fault: Fault): Sentences {
  return readByLanguage(data, fault, (given, at) => {
    const entries = fieldsIn(given, at, fault, KEYS);
    const said = KEYS.map((key) => [key, textIn(entries.get(key), `${at}.${key}`, fault)]);
    return Object.fromEntries(said) as Record<SentenceKey, string>;
  });
}

/** What is said of a report whose targets stand so: while one is open the status alone, then each sentence once. */
export function sentenceFor(
  sentences: Sentences,
  language: string,
  status: Status,
  decided: readonly (ReporterSentence | undefined)[] = [],
): string {
  const [said] = inLanguage(sentences, language);
  const keys: SentenceKey[] = status === "CLOSED" ? decided.map(keyOf) : [OPEN[status]];
  return [...new Set(keys.map((key) => said?.[key] ?? ""))].join(" ");
}

const OPEN = { RECEIVED: "received", BEING_HANDLED: "being_handled" } as const;

function keyOf(decided: ReporterSentence | undefined): SentenceKey {
  switch (decided) {
    case ReporterSentence.NOT_AGAINST_THE_LAW:
      return "not_against_the_law";
    case ReporterSentence.NOT_FOR_US:
      return "not_for_us";
    case ReporterSentence.NOTHING_THERE:
      return "nothing_there";
    case ReporterSentence.SAY_MORE:
      return "say_more";
    case ReporterSentence.ACTED_ON:
    case ReporterSentence.UNSPECIFIED:
    case ReporterSentence.UNRECOGNIZED:
    case undefined:
      return "closed";
  }
}
