import { createHash } from "node:crypto";
import type { BroughtForward, Contents } from "@ntd/store/offline";
import type { Manifest } from "./manifest.ts";

/** What a restore changes of one service. */
export interface StoreDifference {
  service: string;
  /** What the store held that is put aside; undefined where it was not there or cannot be read. */
  before: Contents | undefined;
  /** What the journal brought forward. */
  forward: BroughtForward;
}

/** What persons read before a restored platform goes on. */
export interface Difference {
  text: string;
  /** SHA-256 of the text, in hex: what is read is what is lifted. */
  digest: string;
}

/** How many of a service are named. */
const NAMED = 200;

export function differenceOf(manifest: Manifest, stores: readonly StoreDifference[], restoredTime: Date): Difference {
  const inBackup = new Map(manifest.files.map(({ service = "", collections = {} }) => [service, collections]));
  const text = [
    `Backup of ${manifest.barrierTime} (release ${manifest.version}), brought back ${restoredTime.toISOString()}.`,
    "",
    "What stood in the stores and is not known any more (documents before, in the backup):",
    ...orNothing(stores.flatMap((store) => lost(store, inBackup.get(store.service)))),
    "",
    "What the journals brought forward, since it protects or takes back (version in the backup, now):",
    ...orNothing(stores.flatMap(broughtForward)),
    "",
  ].join("\n");
  return { text, digest: createHash("sha256").update(text).digest("hex") };
}

function lost({ service, before }: StoreDifference, backup: Contents | undefined): string[] {
  if (backup === undefined)
    return [`  ${service}: not in the backup; it begins anew`, ...fewer(service, before ?? {}, {})];
  if (before === undefined) return [`  ${service}: the store cannot be read; how much is missing is not known`];
  return fewer(service, before, backup);
}

function fewer(service: string, before: Contents, backup: Contents): string[] {
  return Object.entries(before).flatMap(([collection, { documents, highestVersion }]) => {
    const kept = backup[collection] ?? { documents: 0, highestVersion: 0 };
    if (documents === kept.documents && highestVersion === kept.highestVersion) return [];
    return [`  ${service} ${collection}: ${documents}, ${kept.documents}`];
  });
}

function broughtForward({ service, forward: { changed, damaged } }: StoreDifference): string[] {
  const unread = `  ${service}: ${damaged} bytes of its journal cannot be read; what they protect is not known`;
  const named = changed
    .slice(0, NAMED)
    .map(({ collection, id, from, to }) => `  ${service} ${collection}/${id}: ${from}, ${to}`);
  const more = changed.length > NAMED ? [`  ${service}: and ${changed.length - NAMED} more`] : [];
  return [...(damaged > 0 ? [unread] : []), ...named, ...more];
}

function orNothing(lines: readonly string[]): readonly string[] {
  return lines.length > 0 ? lines : ["  nothing"];
}
