import { CaseState, HoldCause, Verdict } from "@ntd/proto/casework/v1/case";
import type { EarlierCase, FlagWord, GetDossierResponse } from "@ntd/proto/casework/v1/assessment_service";
import type { Classification } from "@ntd/proto/common/v1/common";
import { Algorithm, MediaType } from "@ntd/proto/common/v1/common";
import { Channel } from "@ntd/proto/intake/v1/report";
import type { DescribedReport } from "@ntd/proto/intake/v1/reporter_service";
import { table, words, shownTime } from "../../cli/output.ts";
import { wordOf } from "../../cli/words.ts";
import { caseListing } from "./case-listing.ts";
import { neighbourTable } from "./neighbour-table.ts";
import { hitTable, type ItemCases } from "./hit-table.ts";

/** All that is known of a case, for the person who decides it. */
export function dossierListing(dossier: GetDossierResponse, itemCases?: ItemCases): string {
  const { reports, nearMisses, unanswered, decisions, notes, police, holds, flags, neighbours } = dossier;
  const parts = [
    caseListing(dossier.case, itemCases),
    reports.length > 0 && `what reporters said\n${reports.map(reportText).join("\n")}`,
    nearMisses.length > 0 && `nearly matches, which decides nothing\n${hitTable(nearMisses)}`,
    earlier("same address", dossier.sameAddress),
    earlier("same host", dossier.sameHost),
    earlier("same picture", dossier.samePicture),
    neighbours.length > 0 && `what other schemes say, never in place of a code\n${neighbourTable(neighbours)}`,
    decisions.length > 0 && `decisions, newest first\n${table(DECISIONS, decisions.map(decisionRow))}`,
    flags.length > 0 && `flags\n${table(FLAGS, flags.map(flagRow))}`,
    notes.length > 0 &&
      `notes\n${table(
        NOTES,
        notes.map((one) => [one.writtenTime, one.writtenBy, one.text]),
      )}`,
    police.length > 0 && `police say\n${police.map((said) => words(said, "")).join("\n")}`,
    holds.length > 0 &&
      `holds\n${table(
        HOLDS,
        holds.map((one) => [wordOf(HoldCause, one.cause), one.sinceTime, one.expireTime, one.releasedTime]),
      )}`,
    unanswered.length > 0 && `not answered by ${unanswered.join(", ")}: what they know is missing here`,
  ];
  return parts.filter((part) => part !== false && part !== "").join("\n\n");
}

/** Cases as a search finds them. */
export function earlierTable(cases: readonly EarlierCase[], nothing: string): string {
  const rows = cases.map(({ caseId, state, verdict, decidedTime, classifications }) => {
    return [caseId, wordOf(CaseState, state), wordOf(Verdict, verdict), decidedTime, codes(classifications)];
  });
  return table(["case", "state", "verdict", "decided", "codes"], rows, nothing);
}

function earlier(what: string, cases: readonly EarlierCase[]): string {
  return cases.length === 0 ? "" : `${what}\n${earlierTable(cases, "")}`;
}

/** What a reporter said, and how. */
export function reportText(report: DescribedReport): string {
  const { reportId, channel, receivedTime, mediaType, observedTime, fingerprints, language, description } = report;
  const facts = [
    report.isTrusted && "trusted",
    report.happeningToMe && "happens to who reports it",
    report.selfMade && "self-made",
    report.lifeAtRisk && "a child is in danger now",
    report.consentsToPolice && "police may be told",
    observedTime && `seen there ${shownTime(observedTime)}`,
    fingerprints.length > 0 &&
      `attached: ${fingerprints.map(({ algorithm }) => wordOf(Algorithm, algorithm)).join(", ")}`,
  ];
  const told = [wordOf(Channel, channel), shownTime(receivedTime), wordOf(MediaType, mediaType), language, ...facts];
  return `  ${reportId}: ${told.filter(Boolean).join("; ")}${description === "" ? "" : `\n${words(`"${description}"`, "    ")}`}`;
}

const DECISIONS = ["verdict", "by", "when", "codes", "basis", "because"];
const FLAGS = ["said", "by", "when", "because"];

function flagRow({ lifeAtRisk, youngChild, saidBy, saidTime, reason }: FlagWord) {
  const [what, is] = lifeAtRisk === undefined ? ["young child", youngChild] : ["life at risk", lifeAtRisk];
  return [is === true ? what : `no ${what}`, saidBy, saidTime, reason];
}

const NOTES = ["written", "by", "note"];
const HOLDS = ["held by", "since", "until", "released"];

function decisionRow({ decision, reason }: GetDossierResponse["decisions"][number]) {
  if (decision === undefined) return ["", "", undefined, "", "", reason];
  const { verdict, decidedBy, decidedTime, classifications, basis } = decision;
  return [wordOf(Verdict, verdict), decidedBy, decidedTime, codes(classifications), basis, reason];
}

function codes(all: readonly Classification[]): string {
  return all.map(({ scheme, code }) => `${scheme} ${code}`).join(", ");
}
