import type { EntryLine } from "../formats/entry-line.ts";
import { MOST_ALTERNATIVES } from "../formats/vics-json.ts";

/** Why an entry is not in a file of VICS. */
export const WHY = {
  noMd5: "entries without an MD5 of their file, which each record of VICS has",
  otherClass: "entries of another class than the MD5 of their file",
  second: "second hashes of one kind of a file, of which a record of VICS has one",
  tooMany: "more hashes of a file than a record of VICS has read",
  film: "films, which VICS has no place for",
  noCategory: "entries without a category 1 to 3 of the scheme",
} as const;

export type LeftOut = Map<string, number>;

export function leaveOut(leftOut: LeftOut, why: string, count = 1): void {
  if (count > 0) leftOut.set(why, (leftOut.get(why) ?? 0) + count);
}

/** The records of one file's entries: one for each MD5, the other hashes beside the first. */
export function vicsRecords(entries: readonly EntryLine[], leftOut: LeftOut): VicsRecord[] {
  const [first, ...more] = entries.filter(({ algorithm }) => algorithm === "MD5");
  const others = entries.filter(({ algorithm }) => algorithm !== "MD5");
  if (first === undefined) {
    leaveOut(leftOut, WHY.noMd5, others.length);
    return [];
  }
  const beside = others.filter(({ scheme, code }) => scheme === first.scheme && code === first.code);
  leaveOut(leftOut, WHY.otherClass, others.length - beside.length);
  const sha1 = beside.find(({ algorithm }) => algorithm === "SHA1");
  const sha256 = beside.find(({ algorithm }) => algorithm === "SHA256");
  const isSecond = ({ algorithm }: EntryLine) => algorithm === "SHA1" || algorithm === "SHA256";
  const rest = beside.filter((one) => one !== sha1 && (one === sha256 || !isSecond(one)));
  leaveOut(leftOut, WHY.second, beside.length - rest.length - (sha1 === undefined ? 0 : 1));
  const alternatives = rest.slice(0, MOST_ALTERNATIVES);
  leaveOut(leftOut, WHY.tooMany, rest.length - alternatives.length);
  return [{ md5: first, sha1, alternatives }, ...more.map((md5) => ({ md5, sha1: undefined, alternatives: [] }))];
}

export interface VicsRecord {
  md5: EntryLine;
  sha1: EntryLine | undefined;
  alternatives: EntryLine[];
}

export function entriesIn({ sha1, alternatives }: VicsRecord): number {
  return 1 + (sha1 === undefined ? 0 : 1) + alternatives.length;
}

/** A record as VICS 2.0 has it: nothing of series, victims, offenders, names and places. */
export function vicsText({ md5, sha1, alternatives }: VicsRecord, mediaId: number): string {
  const { value, code, size = 0 } = md5;
  return JSON.stringify({
    MediaID: mediaId,
    Category: Number(code),
    MD5: value.toUpperCase(),
    ...(sha1 !== undefined && { SHA1: sha1.value.toUpperCase() }),
    ...(size > 0 && { MediaSize: size }),
    ...(alternatives.length > 0 && {
      AlternativeHashes: alternatives.map((one) => ({ HashName: one.algorithm, HashValue: one.value })),
    }),
  });
}

/** What a file of VICS 2.0 begins with: of which country's categories its own are. */
export function vicsHead(scheme: string): string {
  const segment = scheme === "vics" ? "" : `/${scheme.slice("vics-".length).toUpperCase()}`;
  const context = `http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml${segment}/$metadata#Media`;
  return `{"@odata.context":${JSON.stringify(context)},"value":[`;
}

export const VICS_END = "]}\n";
