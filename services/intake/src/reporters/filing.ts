import { derivedId } from "@ntd/service";
import type { Collection, Store } from "@ntd/store";
import type { Outcome } from "../reports/status.ts";
import type { StoredReport, StoredTarget } from "../store.ts";

/** One address of one report, or its words alone: what a sender's numbers are counted by. */
export interface Filing {
  schemaVersion: 1;
  submitter: string;
  receivedTime: Date;
  reportId: string;
  targetId: string;
  /** Of what a report can say, what this one does not: one bit for each of `parts`. */
  lacks: number;
  /** The same sender had reported it before. */
  isKnown?: true;
  outcome: Outcome;
}

export type FilingField = "submitter" | "receivedTime" | "targetId" | "lacks" | "isKnown" | "outcome";

/** What makes a report complete, as the fields are called. */
export const parts = ["description", "threat", "targets.observed_time", "targets.media_type"] as const;

export function openFilings(store: Store): Promise<Collection<Filing, FilingField>> {
  return store.collection<Filing, FilingField>({
    name: "filings",
    fields: {
      submitter: ({ submitter }) => submitter,
      receivedTime: ({ receivedTime }) => receivedTime,
      targetId: ({ targetId }) => targetId,
      lacks: ({ lacks }) => lacks,
      isKnown: ({ isKnown }) => isKnown,
      outcome: ({ outcome }) => outcome,
    },
    // Each begins with another field: one that no index begins with has one of its own.
    indexes: [
      { fields: ["lacks", "submitter", "receivedTime"] },
      { fields: ["isKnown", "submitter", "receivedTime"] },
      { fields: ["outcome", "submitter", "receivedTime"] },
      { fields: ["submitter", "targetId", "receivedTime"] },
      { fields: ["targetId", "outcome"] },
    ],
  });
}

/** The filings of a report: each target once, whatever addresses of it were named. */
export function filingsOf(reportId: string, report: StoredReport): { id: string; state: Filing }[] {
  const { submitter, receivedTime, wordsTargetId } = report;
  const byTarget = new Map<string, number>();
  for (const target of report.targets) {
    byTarget.set(target.targetId, lacksOf(report, target) & (byTarget.get(target.targetId) ?? ~0));
  }
  if (wordsTargetId !== undefined) byTarget.set(wordsTargetId, lacksOf(report, undefined));
  return [...byTarget].map(([targetId, lacks]) => ({
    id: derivedId("filing", reportId, targetId),
    state: { schemaVersion: 1, submitter, receivedTime, reportId, targetId, lacks, outcome: "open" },
  }));
}

// Of words alone nobody can say when an address was seen, or what is there.
function lacksOf({ description, threat }: StoredReport, target: StoredTarget | undefined): number {
  const said: Record<(typeof parts)[number], boolean> = {
    description: description !== undefined,
    threat: threat !== undefined,
    "targets.observed_time": target === undefined || target.observedTime !== undefined,
    "targets.media_type": target === undefined || target.mediaType !== "MEDIA_TYPE_UNSPECIFIED",
  };
  return parts.reduce((mask, part, bit) => (said[part] ? mask : mask | (1 << bit)), 0);
}
