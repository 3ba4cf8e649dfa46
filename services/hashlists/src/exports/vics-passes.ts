import { setImmediate } from "node:timers/promises";
import { sourceIdsOf } from "../chunks/chunk-rows.ts";
import { kindsOf } from "../chunks/chunk-kinds.ts";
import { ALGORITHMS } from "../chunks/entry-chunk.ts";
import { idKeys } from "../entries/entry-id.ts";
import type { PackedIds } from "../entries/packed-ids.ts";
import { CATEGORIES } from "../formats/vics-json.ts";
import type { Collections } from "../store.ts";
import { slicesOf, type Viewed } from "../views/release-entries.ts";
import { rowsAt } from "../chunks/chunk-columns.ts";
import { FileRows } from "./file-rows.ts";
import { leaveOut, vicsRecords, WHY, type LeftOut, type VicsRecord } from "./vics-record.ts";

/** Entries that wait for the others of their file: 50 to 100 MB. */
const HELD = 1_000_000;

type Needed = Pick<Collections, "entries">;

/** Where the entries of a release may go: the schemes of VICS that it has, and how many are of files that are named. */
export interface Survey {
  schemes: Map<string, number>;
  named: number;
}

/** Reads a release once, for what a file of it has to begin with. */
export async function surveyed(needed: Needed, release: Viewed): Promise<Survey> {
  const survey: Survey = { schemes: new Map(), named: 0 };
  for await (const { chunk } of slicesOf(needed, release)) {
    const kindOf = kindsOf(chunk);
    for (const [i, sourceId] of sourceIdsOf(chunk).entries()) {
      const { scheme, code } = kindOf(i);
      if (!/^vics(-[\w-]{1,20})?$/.test(scheme) || !CATEGORIES.has(code)) continue;
      survey.schemes.set(scheme, (survey.schemes.get(scheme) ?? 0) + 1);
      if (sourceId !== "") survey.named++;
    }
  }
  return survey;
}

export interface Wanted {
  release: Viewed;
  scheme: string;
  named: number;
  revoked: Pick<PackedIds, "keysIn">;
}

/**
 * The records of a release. Hashes of one file lie anywhere in it, since entries are stored by their ids: a pass over it
 * holds those of a part of the files, as many as memory is meant for, and there are as many passes as that takes.
 */
export async function* recordsOf(
  needed: Needed,
  { release, scheme, named, revoked }: Wanted,
  leftOut: LeftOut,
): AsyncGenerator<VicsRecord[], void, undefined> {
  const passes = Math.max(1, Math.ceil(named / HELD));
  const film = ALGORITHMS.indexOf("VPDQ");
  for (let pass = 0; pass < passes; pass++) {
    const waiting = new FileRows();
    for await (const { chunk } of slicesOf(needed, release)) {
      const [kindOf, rowAt, keys] = [kindsOf(chunk), rowsAt(chunk), revoked.keysIn(chunk.bucket)];
      const ids = keys.size > 0 ? idKeys(chunk.ids) : [];
      const alone: VicsRecord[] = [];
      for (const [i, sourceId] of sourceIdsOf(chunk).entries()) {
        if ((sourceId === "" ? 0 : passOf(sourceId, passes)) !== pass || keys.has(ids[i] ?? "")) continue;
        const kind = kindOf(i);
        if (kind.scheme !== scheme || !CATEGORIES.has(kind.code)) leaveOut(leftOut, WHY.noCategory);
        else if (chunk.algorithms[i] === film) leaveOut(leftOut, WHY.film);
        else if (sourceId === "") alone.push(...vicsRecords([rowAt(i)], leftOut));
        else waiting.add(rowAt(i));
      }
      yield alone;
    }
    for (const files of waiting.files(scheme)) {
      yield files.flatMap((entries) => vicsRecords(entries, leftOut));
      await setImmediate();
    }
  }
}

// FNV-1a: as even as it takes, and cheap.
function passOf(text: string, passes: number): number {
  if (passes === 1) return 0;
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % passes;
}
