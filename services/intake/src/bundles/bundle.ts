import type { StoredReport } from "../store.ts";

/** What decides whether a report may wait. */
export type Said = Pick<StoredReport, "channel" | "lifeAtRisk" | "happeningToMe" | "selfMade" | "threat">;

/**
 * Whether it never waits, however much its sender sends: police, a child in danger, a child's own report, and what is
 * being done to a child by contact or conduct. Looks are shared fairly all the same: a flood that calls itself urgent
 * waits for itself at the prober.
 */
export function isUrgent({ channel, lifeAtRisk, happeningToMe, selfMade, threat }: Said): boolean {
  if (channel === "CHANNEL_POLICE" || lifeAtRisk === true || happeningToMe === true || selfMade === true) return true;
  return threat?.nature === "THREAT_NATURE_CONTACT" || threat?.nature === "THREAT_NATURE_CONDUCT";
}

/** Whose reports wait for each other: one sender's by one channel. */
export function senderOf({ submitter, channel }: Pick<StoredReport, "submitter" | "channel">): string {
  return `${encodeURIComponent(submitter)} ${channel}`;
}

/** A sender's "{kind}/{name}", and the channel. */
export function partsOf(sender: string): { person: string; channel: string } {
  const [submitter = "", channel = ""] = sender.split(" ");
  return { person: decodeURIComponent(submitter).split("/").slice(-2).join("/"), channel };
}

/** The place of a report that waits, as one text that the store keeps in order: its sender, then when it came. */
export function placeOf(report: StoredReport): string | undefined {
  return isWaiting(report) ? `${senderOf(report)}|${report.receivedTime.toISOString()}` : undefined;
}

export function isWaiting({ bundled }: Pick<StoredReport, "bundled">): boolean {
  return bundled !== undefined && bundled.toldTime === undefined;
}

/** It has been told; undefined when it was, or never waited. */
export function toldAt(report: StoredReport, now: Date): StoredReport | undefined {
  return isWaiting(report) ? { ...report, bundled: { toldTime: now } } : undefined;
}

/** The places of all who wait behind this sender; "": of all. */
export function behind(sender: string): { gt: string } {
  return { gt: sender === "" ? "" : `${sender}|~` };
}

/** The places of one sender's. */
export function placesOf(sender: string): { gt: string; lt: string } {
  return { gt: `${sender}|`, lt: `${sender}|~` };
}

/** Whose place it is, and since when it waits. */
export function waiterAt(place: string): { sender: string; since: Date } {
  const bar = place.lastIndexOf("|");
  return { sender: place.slice(0, bar), since: new Date(place.slice(bar + 1)) };
}
