import { createHash } from "node:crypto";
import type { WithdrawablePicture } from "@ntd/proto/casework/v1/withdrawal_service";
import { derivedId } from "@ntd/service";
import type { CaseFile } from "../cases/case.ts";
import { hasWord, toldIllegal, unconfirmed, wordToConfirm } from "../doubts/doubt.ts";

/** One case of a bulk, with what was seen of it when the list was made. */
export interface Item {
  caseId: string;
  decisionId: string;
  evidenceRevision: number;
}

export interface Picture {
  row: WithdrawablePicture;
  items: Item[];
}

/**
 * Each distinct picture among the cases whose "illegal" somebody has a word against, by its name. The name says what was
 * seen of its cases too, so that a picture of which anything has changed is another one.
 */
export function picturesOf(files: readonly CaseFile[], person: string): Map<string, Picture> {
  const byPicture = new Map<string, CaseFile[]>();
  for (const file of files.filter(hasWord)) {
    const id = pictureIdOf(file);
    byPicture.set(id, [...(byPicture.get(id) ?? []), file]);
  }
  const pictures = [...byPicture].map(([id, cases]) => pictureOf(id, cases, person));
  return new Map(pictures.map((one) => [one.row.picture, one]));
}

/** What a bulk keeps of a case; undefined where others know of no "illegal". */
export function itemOf(file: CaseFile): Item | undefined {
  const decisionId = toldIllegal(file)?.decisionId;
  return decisionId === undefined
    ? undefined
    : { caseId: file.caseId, decisionId, evidenceRevision: file.evidenceRevision };
}

function pictureOf(id: string, cases: readonly CaseFile[], person: string): Picture {
  const items = cases.flatMap((file) => itemOf(file) ?? []).toSorted((a, b) => (a.caseId < b.caseId ? -1 : 1));
  const lines = items.map((item) => JSON.stringify([item.caseId, item.decisionId, item.evidenceRevision]));
  const seen = createHash("sha256").update(lines.join("\n")).digest("hex").slice(0, 16);
  const row: WithdrawablePicture = {
    picture: `${id}.${seen}`,
    caseCount: cases.length,
    decidedOtherwiseCount: cases.filter((file) => unconfirmed(file) !== undefined).length,
    ownWordCount: cases.filter((file) => wordToConfirm(file, person) === undefined).length,
    exampleCaseId: items[0]?.caseId ?? "",
  };
  return { row, items };
}

// A case of which nothing was fingerprinted is a picture of its own.
function pictureIdOf({ caseId, target }: CaseFile): string {
  const { fingerprints = [] } = target ?? {};
  const found =
    fingerprints.find(({ algorithm }) => algorithm === "ALGORITHM_SHA256") ??
    fingerprints.find(({ algorithm }) => algorithm === "ALGORITHM_PDQ");
  return found === undefined
    ? derivedId("picture", caseId)
    : derivedId("picture", found.algorithm, Buffer.from(found.value).toString("hex"));
}
