import type { Channel } from "@ntd/proto/intake/v1/report";
import { derivedId } from "@ntd/service";
import type { Collection, Store } from "@ntd/store";

/** One report about one target. Which of the target's cases it belongs to follows from when it was received. */
export interface Link {
  schemaVersion: 1;
  reportId: string;
  targetId: string;
  receivedTime: Date;
  channel: Channel;
  /** Whether the reporter's own fingerprints are listed. */
  nomination: "none" | "pending" | "listed" | "not_listed";
  /** Who reported it is one whom the hotline trusts, by its own data. */
  trusted?: true;
  /** A child is in danger now, by the report's word. */
  lifeAtRisk?: true;
  /** It happens to who reported it, or they made it of themselves. */
  victim?: true;
  /** Police may be told of it and of its words. */
  consents?: true;
}

export type LinkField = "reportId" | "targetId" | "receivedTime" | "raised" | "police" | "risk" | "victim";

export function openLinks(store: Store): Promise<Collection<Link, LinkField>> {
  return store.collection<Link, LinkField>({
    name: "links",
    fields: {
      reportId: (link) => link.reportId,
      targetId: (link) => link.targetId,
      receivedTime: (link) => link.receivedTime,
      raised: isRaised,
      police: (link) => isFromPolice(link) || undefined,
      risk: riskSaid,
      victim: ({ victim }) => victim,
    },
    indexes: [
      { fields: ["targetId", "receivedTime"] },
      { fields: ["raised", "targetId", "receivedTime"] },
      { fields: ["police", "targetId", "receivedTime"] },
      { fields: ["risk", "targetId", "receivedTime"] },
      { fields: ["victim", "targetId", "receivedTime"] },
    ],
  });
}

/** Whether the report raises the priority of its case. */
export function isRaised(link: Link): boolean {
  return isFromPolice(link) || link.trusted === true || link.nomination === "listed";
}

/** Whether it says that a child is in danger now, and whether the hotline trusts who says so. */
export function riskSaid(link: Link): "said" | "trusted" | undefined {
  if (link.lifeAtRisk === undefined) return undefined;
  return isFromPolice(link) || link.trusted === true ? "trusted" : "said";
}

export function isFromPolice({ channel }: Link): boolean {
  return channel === "CHANNEL_POLICE";
}

export function linkIdOf(reportId: string, targetId: string): string {
  return derivedId("link", reportId, targetId);
}
