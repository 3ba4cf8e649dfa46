import {
  channelFromJSON,
  channelToNumber,
  threatNatureFromJSON,
  threatNatureToNumber,
  threatTypeFromJSON,
  threatTypeToNumber,
  type Channel,
  type ThreatNature,
  type ThreatType,
} from "@ntd/proto/intake/v1/report";
import { packing } from "./packed.ts";
import type { Part } from "./parts.ts";
import type { Sheet, SheetCount } from "./sheet.ts";
import { wordOf } from "./word.ts";

export const REPORT_COLUMNS = ["reportFacts"] as const;
export type ReportColumn = (typeof REPORT_COLUMNS)[number];

/** What a report says, as far as figures are made of it. */
export interface ReportSaid {
  channel: Channel;
  threatType: ThreatType;
  threatNature: ThreatNature;
  /** It happens to whoever reports it, or they made it of themselves. */
  victim?: true;
  textOnly?: true;
  lifeAtRisk?: true;
  trusted?: true;
  consentsToPolice?: true;
}

/** Values that an enum may have. */
const ENUM = 16;
const facts = packing({
  consents: 2,
  trusted: 2,
  lifeAtRisk: 2,
  textOnly: 2,
  victim: 2,
  nature: ENUM,
  type: ENUM,
  channel: ENUM,
});

/** All that is said, in one number. */
export type ReportRow = number;

/** Undefined in what earlier releases wrote. */
export function reportColumnOf(said: ReportSaid | undefined): number | undefined {
  return (
    said &&
    facts.pack({
      channel: channelToNumber(said.channel),
      type: threatTypeToNumber(said.threatType),
      nature: threatNatureToNumber(said.threatNature),
      victim: Number(said.victim === true),
      textOnly: Number(said.textOnly === true),
      lifeAtRisk: Number(said.lifeAtRisk === true),
      trusted: Number(said.trusted === true),
      consents: Number(said.consentsToPolice === true),
    })
  );
}

export function reportRow({ columns }: Part<ReportColumn>, at: number): ReportRow {
  return columns.reportFacts[at] ?? NaN;
}

type ReportFact = Parameters<typeof facts.factOf>[1];
const says = (fact: ReportFact) => (row: ReportRow) => facts.factOf(row, fact) === 1;

// Words are made once, not for each of a million.
function kinds(fact: ReportFact, word: (number: number) => string): (row: ReportRow) => readonly string[] {
  const words = Array.from({ length: ENUM }, (_, number) => [word(number)]);
  return (row) => words[facts.factOf(row, fact)] ?? [];
}

function received(group: string, kindsOf: (row: ReportRow) => readonly string[]): Sheet<ReportRow> {
  return {
    group,
    over: () => true,
    definition: "",
    kindsOf,
    counts: [{ name: "reports", definition: "Reports received in the range.", when: () => true }],
  };
}

const said: readonly SheetCount<ReportRow>[] = [
  {
    name: "reports_of_victims",
    definition: "Reports by somebody to whom it happens, who made it of themselves, or for such a child.",
    when: says("victim"),
  },
  {
    name: "reports_text_only",
    definition: "Reports without an address: somebody's words.",
    when: says("textOnly"),
  },
  {
    name: "reports_life_at_risk",
    definition: "Reports that say that a child is in danger now.",
    when: says("lifeAtRisk"),
  },
  {
    name: "reports_trusted",
    definition: "Reports of whom the hotline trusts by its own data.",
    when: says("trusted"),
  },
  {
    name: "reports_for_police_too",
    definition: "Reports whose sender lets police have more than the address.",
    when: says("consents"),
  },
];

/**
 * What is reported, by whom. Small numbers are not hidden: who reads this has the duty to see the one child's report, and
 * a figure names nobody. Whoever publishes them hides what is below five.
 */
export const reportSheets: readonly Sheet<ReportRow>[] = [
  received(
    "reports by channel",
    kinds("channel", (n) => wordOf(channelFromJSON(n), "CHANNEL")),
  ),
  received(
    "reports by threat type",
    kinds("type", (n) => wordOf(threatTypeFromJSON(n), "THREAT_TYPE")),
  ),
  received(
    "reports by threat nature",
    kinds("nature", (n) => wordOf(threatNatureFromJSON(n), "THREAT_NATURE")),
  ),
  { group: "reports that say more", over: () => true, definition: "", counts: said },
];
