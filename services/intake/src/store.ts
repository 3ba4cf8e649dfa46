import type { Fingerprint, MediaType, Sealed } from "@ntd/proto/common/v1/common";
import type { Channel, Threat } from "@ntd/proto/intake/v1/report";
import { openKeptCases, openReadings, type KeptCases, type Readings } from "@ntd/host";
import { many, type Collection, type Store } from "@ntd/store";
import type { StoredComplaint } from "./complaints/complaint.ts";
import { placeOf } from "./bundles/bundle.ts";
import type { Alias } from "./reports/alias.ts";
import type { MonthOfVerdicts } from "./reporters/feedback.ts";
import { openFilings, type Filing, type FilingField } from "./reporters/filing.ts";
import type { TargetStatus } from "./reports/status.ts";

/** A report as it was received. Only which targets its addresses are is seen anew once (`every-minute-lift-reports.ts`). */
export interface StoredReport {
  /** 1: of release 0.2. Its target ids are of version 1 of the canonicaliser, which took different addresses for one. */
  schemaVersion: 1 | 2;
  /** SPIFFE id of who sent it: the only one who may ask for it. */
  submitter: string;
  /** Tells a repeat of the request from another request under the same id; keyed, for the body holds addresses. */
  requestDigest: string;
  channel: Channel;
  receivedTime: Date;
  targets: StoredTarget[];
  threat?: Threat;
  description?: Sealed;
  language: string;
  /** What else its sender said of it; absent where they did not. */
  happeningToMe?: true;
  selfMade?: true;
  lifeAtRisk?: true;
  consentsToPolice?: true;
  /** Its sender is one whom the hotline trusts, by its data of that time. */
  isTrusted?: true;
  /** Of a report of words alone: what stands for its target. */
  wordsTargetId?: string;
  /** Its sender's numbers do not count it yet. */
  isUnfiled?: true;
  /** Its sender sent more than their quota: it waits until it is told. Absent where it was told when it came. */
  bundled?: { toldTime?: Date };
}

export interface StoredTarget {
  targetId: string;
  /** The target is one of release 0.2: its id is not computed from this address by today's rules. */
  isFormer?: true;
  address: Sealed;
  /** Its sender is told as what it was read. */
  isRepaired?: true;
  observedTime?: Date;
  mediaType: MediaType;
  fingerprints: Fingerprint[];
}

export interface Collections {
  reports: Reports;
  /** One per target of release 0.2 (the id is the target's): which of the addresses that it merged it is. */
  aliases: Collection<Alias, "isContradicted">;
  complaints: Collection<StoredComplaint, "concerns">;
  /** Cases under a legal hold: what is said of them or their targets is kept. */
  keptCases: KeptCases;
  /** One per target (the id is the target's), whatever reports name it. */
  targetStatus: Collection<TargetStatus, "isUntold">;
  /** One per address of a report, for its sender's numbers. */
  filings: Collection<Filing, FilingField>;
  /** What was told of a sender's verdicts in a month. */
  monthsOfVerdicts: Collection<MonthOfVerdicts>;
  /** Who read what reporters said, and when. */
  readings: Readings;
}

type ReportField = "isFormer" | "formerTarget" | "submitter" | "receivedTime" | "isUnfiled" | "waiting" | "target";

export type Reports = Collection<StoredReport, ReportField>;

const isFormer = ({ schemaVersion }: StoredReport) => schemaVersion === 1;

function formerTargets(report: StoredReport): string[] {
  const former = report.targets.filter((target) => isFormer(report) || target.isFormer);
  return [...new Set(former.map(({ targetId }) => targetId))];
}

function targetsOf({ targets, wordsTargetId }: StoredReport): string[] {
  const all = [...targets.map(({ targetId }) => targetId), wordsTargetId].filter((id) => id !== undefined);
  return [...new Set(all)];
}

export async function openCollections(store: Store): Promise<Collections> {
  return {
    reports: await store.collection<StoredReport, ReportField>({
      name: "reports",
      fields: {
        isFormer: (report) => isFormer(report) || undefined,
        formerTarget: many(formerTargets),
        submitter: ({ submitter }) => submitter,
        receivedTime: ({ receivedTime }) => receivedTime,
        isUnfiled: ({ isUnfiled }) => isUnfiled,
        waiting: placeOf,
        target: many(targetsOf),
      },
      indexes: [{ fields: ["submitter", "receivedTime"] }, { fields: ["isUnfiled", "receivedTime"] }],
    }),
    filings: await openFilings(store),
    monthsOfVerdicts: await store.collection<MonthOfVerdicts>({ name: "months-of-verdicts", fields: {} }),
    aliases: await store.collection<Alias, "isContradicted">({
      name: "aliases",
      fields: { isContradicted: (alias) => alias.isContradicted },
    }),
    complaints: await store.collection<StoredComplaint, "concerns">({
      name: "complaints",
      fields: { concerns: many(({ caseId, targetId }) => [caseId, targetId].filter((id) => id !== "")) },
    }),
    keptCases: await openKeptCases(store),
    readings: await openReadings(store),
    targetStatus: await store.collection<TargetStatus, "isUntold">({
      name: "target-status",
      fields: { isUntold: ({ isUntold }) => isUntold },
    }),
  };
}
