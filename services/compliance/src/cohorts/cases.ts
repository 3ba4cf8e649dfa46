import { assessmentToNumber, type Assessment } from "@ntd/proto/icse/v1/icse_link_service";
import { causeWords, factOf, holdsOf, laneWords, type CaseRow } from "./case-row.ts";
import type { Sheet, SheetCount } from "./sheet.ts";

const HOUR_MS = 3_600_000;
/** Within so long a report is to be assessed. */
export const DUTY_MS = 24 * HOUR_MS;
/** Police are expected to take a referral within so long. */
const TAKEN_MS = 24 * HOUR_MS;

const isReported = (row: CaseRow) => !Number.isNaN(row.reported);
const isDecided = (row: CaseRow) => !Number.isNaN(row.decided);
const isReferred = (row: CaseRow) => !Number.isNaN(row.referred);
const isTaken = (row: CaseRow) => isReferred(row) && !Number.isNaN(row.acknowledged);
const assessedAfter = (row: CaseRow) => row.decided - row.reported;

/** The duty to assess what is reported within 24 hours. */
function duty(asOf: number): Sheet<CaseRow> {
  const isDue = (row: CaseRow) => isDecided(row) || asOf - row.reported > DUTY_MS;
  return {
    group: "duty to assess",
    over: isReported,
    definition: "Over all cases of reports that were opened in the range, undecided ones counted as not yet there.",
    kindsOf: laneWords,
    counts: [
      {
        name: "reported_cases",
        definition: "Cases that were opened in the range and that somebody reported.",
        when: () => true,
      },
      { name: "assessed", definition: "Of reported_cases, those with a decision, by whomever.", when: isDecided },
      {
        name: "assessed_within_24_hours",
        definition: "Of reported_cases, those whose first decision came within 24 hours of the first report.",
        when: (row) => assessedAfter(row) <= DUTY_MS,
      },
      {
        name: "assessment_due",
        definition: "Of reported_cases, those that have a decision or whose 24 hours are over.",
        when: isDue,
      },
      {
        name: "assessment_overdue",
        definition: "Of reported_cases, those without a decision whose 24 hours are over.",
        when: (row) => !isDecided(row) && isDue(row),
      },
    ],
    shares: [
      {
        name: "assessed_within_24_hours_rate",
        definition: "The share of assessed_within_24_hours in assessment_due; not reached where nothing is due.",
        of: "assessed_within_24_hours",
        among: "assessment_due",
      },
    ],
    times: [
      {
        name: "assessment_time_{share}",
        definition: "the time from the first report to the first decision.",
        ms: assessedAfter,
      },
    ],
  };
}

const referrals: Sheet<CaseRow> = {
  group: "referrals to police",
  over: isReferred,
  definition: "Over all referred, withdrawn ones too, those that police did not acknowledge counted as not yet there.",
  kindsOf: causeWords,
  counts: [
    { name: "referred", definition: "Cases opened in the range that police were told of.", when: () => true },
    { name: "referral_acknowledged", definition: "Of referred, those that police acknowledged.", when: isTaken },
    {
      name: "referral_acknowledged_within_a_day",
      definition: "Of referral_acknowledged, those within 24 hours.",
      when: (row) => row.acknowledged - row.referred <= TAKEN_MS,
    },
    {
      name: "referral_open",
      definition: "Of referred, those that are neither acknowledged nor withdrawn.",
      when: (row) => !isTaken(row) && factOf(row, "withdrawn") === 0,
    },
    {
      name: "referral_with_feedback",
      definition: "Of referred, those where police said what came of it.",
      when: (row) => factOf(row, "feedback") === 1,
    },
    {
      name: "referral_withdrawn",
      definition: "Of referred, those whose decision was taken back.",
      when: (row) => factOf(row, "withdrawn") === 1,
    },
  ],
  shares: [
    {
      name: "referral_acknowledged_within_a_day_rate",
      definition:
        "The share of referral_acknowledged_within_a_day in referred; not reached where nothing was referred.",
      of: "referral_acknowledged_within_a_day",
      among: "referred",
    },
  ],
  times: [
    {
      name: "referral_acknowledgement_time_{share}",
      definition: "the time from the referral to its acknowledgement.",
      ms: (row) => row.acknowledged - row.referred,
    },
  ],
};

const STUB = "STUB: this platform has no link to any database, and its answers say nothing of the material.";

function assessed(word: string, assessment: Assessment): SheetCount<CaseRow> {
  const number = assessmentToNumber(assessment);
  return {
    name: `icse_${word}`,
    definition: `Of icse_answered, those assessed ${word.replaceAll("_", " ")}. ${STUB}`,
    when: (row) => factOf(row, "icse") === 2 && factOf(row, "assessment") === number,
  };
}

const icse: Sheet<CaseRow> = {
  group: "international image database (STUB)",
  over: (row) => factOf(row, "icse") > 0,
  definition: "",
  counts: [
    {
      name: "icse_asked",
      definition: `Cases opened in the range that the link was asked about. ${STUB}`,
      when: () => true,
    },
    {
      name: "icse_answered",
      definition: `Of icse_asked, those answered. ${STUB}`,
      when: (row) => factOf(row, "icse") === 2,
    },
    {
      name: "icse_waiting",
      definition: `Of icse_asked, those not answered. ${STUB}`,
      when: (row) => factOf(row, "icse") === 1,
    },
    assessed("unknown", "ASSESSMENT_UNKNOWN"),
    assessed("baseline", "ASSESSMENT_BASELINE"),
    assessed("nationally_illegal", "ASSESSMENT_NATIONALLY_ILLEGAL"),
    assessed("not_illegal", "ASSESSMENT_NOT_ILLEGAL"),
  ],
};

const holds: Sheet<CaseRow> = {
  group: "holds for police",
  over: (row) => holdsOf(row, "police") + holdsOf(row, "first") > 0,
  definition: "",
  counts: [
    {
      name: "held_cases",
      definition: "Cases opened in the range that were held for police, before or after a notice.",
      when: () => true,
    },
    {
      name: "held_by_police",
      definition: "Of held_cases, those that an officer or a mark held.",
      when: (row) => holdsOf(row, "police") > 0,
    },
    {
      name: "held_by_police_now",
      definition: "Of held_by_police, those where such a hold is in force.",
      when: (row) => holdsOf(row, "policeInForce") > 0,
    },
    {
      name: "police_hold_expired",
      definition: "Of held_by_police, those where such a hold ended because its time was over.",
      when: (row) => holdsOf(row, "policeExpired") > 0,
    },
    {
      name: "police_hold_released",
      definition: "Of held_by_police, those where such a hold ended by somebody's word.",
      when: (row) => holdsOf(row, "police") - holdsOf(row, "policeInForce") - holdsOf(row, "policeExpired") > 0,
    },
    {
      name: "hold_waits_for_supervisor",
      definition: "Of held_by_police, those where a hold's time is over, life is at risk and a supervisor decides.",
      when: (row) => holdsOf(row, "policeWaiting") > 0,
    },
    {
      name: "held_by_police_first",
      definition: "Of held_cases, those that the rule held by which police hear first.",
      when: (row) => holdsOf(row, "first") > 0,
    },
    {
      name: "held_by_police_first_now",
      definition: "Of held_by_police_first, those where it is in force.",
      when: (row) => holdsOf(row, "firstInForce") > 0,
    },
    {
      name: "police_first_expired",
      definition: "Of held_by_police_first, those where it ended because its time was over.",
      when: (row) => holdsOf(row, "firstExpired") > 0,
    },
    {
      name: "police_first_released",
      definition: "Of held_by_police_first, those where it ended by somebody's word.",
      when: (row) => holdsOf(row, "first") - holdsOf(row, "firstInForce") - holdsOf(row, "firstExpired") > 0,
    },
  ],
};

const opened: Sheet<CaseRow> = {
  group: "cases",
  over: () => true,
  definition: "",
  counts: [
    {
      name: "cases",
      definition: "Cases opened in the range; a case is one address and one episode, or somebody's words.",
      when: () => true,
    },
    {
      name: "cases_life_at_risk",
      definition: "Of cases, those where a child is in danger now, by a report or a person's word.",
      when: (row) => factOf(row, "lifeAtRisk") === 1,
    },
    {
      name: "cases_text_only",
      definition: "Of cases, those of a report without an address.",
      when: (row) => factOf(row, "textOnly") === 1,
    },
  ],
};

export function caseSheets(asOf: number): Sheet<CaseRow>[] {
  return [opened, duty(asOf), holds, referrals, icse];
}
