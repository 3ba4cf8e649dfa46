import {
  HotlineAction,
  hotlineActionFromJSON,
  hotlineActionToNumber,
} from "@ntd/proto/hotline/v1/hotline_link_service";
import { outcomeToNumber } from "@ntd/proto/takedown/v1/notice";
import { packing } from "./packed.ts";
import type { Part } from "./parts.ts";
import type { Sheet, SheetCount } from "./sheet.ts";
import { removedAfter, watchedFor } from "../scorecard/figures.ts";
import { FIGURE_COLUMNS, isMarked, noticeAt, standingNumber, type NoticeNumbers } from "../scorecard/notice-numbers.ts";
import { pausedMs } from "../timelines/suspended.ts";
import { timesOf, type Timeline } from "../timelines/timeline.ts";

/** What is kept of a notice to a hotline of another country, beside what every notice has. */
export const ABROAD_COLUMNS = ["abroadSent", "abroadFacts"] as const;
export type AbroadColumn = (typeof ABROAD_COLUMNS)[number];

const LETTERS = 26;
const facts = packing({ country: 1 + LETTERS * LETTERS, action: 16 });

/** Of one to a hotline: the clock's time from issue to sending, in ms; NaN: not sent yet. */
export interface AbroadRow extends NoticeNumbers {
  sentAfter: number;
  country: string;
  action: HotlineAction;
}

/** Undefined of a notice to a provider. */
export function abroadColumnsOf(timeline: Timeline): Record<AbroadColumn, number | undefined> | undefined {
  const { abroad } = timeline.notice;
  if (abroad === undefined) return undefined;
  const { issuedTime, offeredTime, kept, suspensions, hotlineAction } = timesOf(timeline);
  return {
    abroadSent:
      offeredTime &&
      Number(offeredTime) - Number(issuedTime) - pausedMs([...kept, ...suspensions], issuedTime, offeredTime),
    abroadFacts: facts.pack({ country: numberOf(abroad), action: hotlineActionToNumber(hotlineAction) }),
  };
}

/** What a scorecard of hotlines reads. */
export const ABROAD_READ = [...FIGURE_COLUMNS, ...ABROAD_COLUMNS];

export function abroadRow(part: Part<(typeof ABROAD_READ)[number]>, at: number): AbroadRow {
  const { columns } = part;
  const packed = columns.abroadFacts[at] ?? NaN;
  return {
    ...noticeAt(part, at),
    sentAfter: columns.abroadSent[at] ?? NaN,
    country: codeOf(facts.factOf(packed, "country")),
    action: hotlineActionFromJSON(facts.factOf(packed, "action")),
  };
}

// ISO 3166-1 alpha-2; 0 is none.
function numberOf(code: string): number {
  return /^[A-Z]{2}$/.test(code) ? 1 + (code.charCodeAt(0) - A) * LETTERS + (code.charCodeAt(1) - A) : 0;
}

function codeOf(country: number): string {
  if (country === 0) return "not known";
  return String.fromCharCode(A + Math.floor((country - 1) / LETTERS), A + ((country - 1) % LETTERS));
}

const A = 65;

const isSent = (row: AbroadRow) => isMarked(row, "offered");
const [OPEN, GONE, WITHDRAWN] = [standingNumber("open"), standingNumber("gone"), standingNumber("withdrawn")];
const NOT_HERE = outcomeToNumber("OUTCOME_NOT_HOSTED_HERE");

function did(word: string, action: HotlineAction, said: string): SheetCount<AbroadRow> {
  return {
    name: `hotline_${word}`,
    definition: `Sent ones whose hotline's newest word is that ${said}. A claim, not an observation.`,
    when: (row) => isSent(row) && row.action === action,
  };
}

const counts: SheetCount<AbroadRow>[] = [
  {
    name: "issued_abroad",
    definition: "Notices to hotlines of other countries, issued in the range. In no figure of a provider.",
    when: () => true,
  },
  {
    name: "sent_abroad",
    definition:
      "Of issued_abroad, those that were sent by the link between hotlines. STUB in this platform: no hotline hears of them.",
    when: isSent,
  },
  {
    name: "taken_abroad",
    definition: "Sent ones whose receipt the link acknowledged.",
    when: (row) => isSent(row) && !Number.isNaN(row.acknowledged),
  },
  {
    name: "answered_abroad",
    definition:
      "Sent ones with a standing answer of the hotline: removed, not there, moved, nothing done or not illegal. That it told its police or the provider is none.",
    when: (row) => isSent(row) && row.outcome !== 0,
  },
  did("told_police", HotlineAction.REPORTED_TO_POLICE, "it told its police"),
  did("told_provider", HotlineAction.REPORTED_TO_PROVIDER, "it told the provider there"),
  did("removed", HotlineAction.CONTENT_REMOVED, "it is removed"),
  did("unavailable", HotlineAction.CONTENT_UNAVAILABLE, "it cannot be reached"),
  did("moved", HotlineAction.MOVED, "it moved to another country"),
  did("no_action", HotlineAction.NO_ACTION, "it did nothing"),
  did("not_illegal", HotlineAction.NOT_ILLEGAL, "it is not illegal there"),
  {
    name: "not_hosted_there",
    definition: "Sent ones whose hotline's standing answer is that it is not hosted there.",
    when: (row) => isSent(row) && row.outcome === NOT_HERE,
  },
  {
    name: "gone_abroad",
    definition: "Sent ones that the platform's own eyes found gone after they were sent.",
    when: (row) => isSent(row) && row.ending === GONE,
  },
  {
    name: "withdrawn_abroad",
    definition: "Sent ones that were taken back.",
    when: (row) => isSent(row) && row.ending === WITHDRAWN,
  },
  {
    name: "open_abroad",
    definition: "Sent ones that are not found gone, not closed and not withdrawn.",
    when: (row) => isSent(row) && row.ending === OPEN,
  },
  {
    name: "not_observable_abroad",
    definition: "Of open_abroad, those where for a day on end no eye could tell whether it is there.",
    when: (row) => isSent(row) && row.ending === OPEN && isMarked(row, "notObservable"),
  },
];

/** How long hotlines of other countries take, by country. */
export function abroadSheets(asOf: number): Sheet<AbroadRow>[] {
  const since = (name: "acknowledged" | "answered") => (row: AbroadRow) => row[name] - row.issued - row.sentAfter;
  return [
    {
      group: "abroad",
      over: () => true,
      definition: "",
      kindsOf: (row) => [row.country],
      counts,
    },
    {
      group: "times abroad",
      over: (row) => isSent(row) && (row.ending === OPEN || row.ending === GONE),
      definition:
        "By a clock that stands still while it is suspended. Over all sent that are open or found gone after sending, those without it counted as not yet there.",
      kindsOf: (row) => [row.country],
      counts: [],
      times: [
        {
          name: "sent_to_taken_time_{share}",
          definition: "the time from sending to the acknowledgement.",
          ms: since("acknowledged"),
        },
        {
          name: "sent_to_answered_time_{share}",
          definition: "the time from sending to the standing answer; that it told somebody is none.",
          ms: since("answered"),
        },
        {
          name: "sent_to_gone_time_{share}",
          definition: "the time from sending to the first probe that found the material gone.",
          ms: (row) => removedAfter(row) - row.sentAfter,
          watched: (row) => watchedFor(row, asOf) - row.sentAfter,
        },
      ],
    },
  ];
}
