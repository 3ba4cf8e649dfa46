import { hashKind, plainName } from "./list-record.ts";

/** What a file is that is no list which is read here, by how it begins; undefined when that cannot be told. */
export function unreadFile(start: string): string | undefined {
  const text = start.trimStart();
  return (
    BY_FIRST_BYTES.find(([bytes]) => start.startsWith(bytes))?.[1] ??
    BY_TEXT.find(([begins]) => begins.test(text))?.[1] ??
    (isOfSoftware(text) ? NSRL : undefined)
  );
}

// By columns that no other list has, in any order: NSRL is passed on in many shapes.
function isOfSoftware(text: string): boolean {
  const [first = "", second = ""] = text.slice(0, LONGEST_HEADER).split(/[\r\n]+/, 2);
  const columns = (/^"?sep=/i.test(first) ? second : first).split(/[,;\t|]/).map((name) => name.trim());
  return columns.some((name) => OF_SOFTWARE.has(plainName(name))) && columns.some((name) => hashKind(name));
}

const LONGEST_HEADER = 4096;
const OF_SOFTWARE = new Set(["opsystemcode", "specialcode", "productcode", "packageid"]);

// As characters: files that are no text are read as Latin-1, or their first bytes are ASCII.
const BY_FIRST_BYTES: [string, string][] = [
  ["PK\x03\x04", "a ZIP archive or an Excel workbook; unpack it, or save it as CSV"],
  ["PK\x05\x06", "an empty ZIP archive"],
  ["(\u00b5/\u00fd", "a zstd archive within another; unpack it once"],
  ["\x1f\u2039", "a gzip archive within another; unpack it once"],
  ["BZh", "a bzip2 archive; unpack it, or pack it with gzip or zstd"],
  ["\u00fd7zXZ", "an xz archive; unpack it, or pack it with gzip or zstd"],
  ["7z\u00bc\u00af", "a 7-Zip archive; unpack it"],
  ["Rar!", "a RAR archive; unpack it"],
  ["SQLite format 3", "an SQLite database (as NSRL is, and hash sets of Autopsy); export it as CSV"],
  ["\u00d0\u00cf\x11\u00e0", "an Office document of the old kind; save it as CSV"],
  ["%PDF", "a PDF"],
  ["{\\rtf", "an RTF document; save it as text"],
  ["HASH\r\n\u00ff", "an EnCase hash set; export it as CSV"],
  ["\u00ff\u00d8\u00ff", "a JPEG picture; nobody is asked for pictures"],
  ["\u2030PNG", "a PNG picture; nobody is asked for pictures"],
  ["RIFF", "a picture or a film; nobody is asked for media"],
  ["GIF8", "a GIF picture; nobody is asked for pictures"],
  ["EVF\t", "an EnCase image; nobody is asked for media"],
  ["\x7fELF", "a program"],
  ["MZ\u0090", "a program"],
];

const STOPNCII = "a StopNCII list: pictures of adults, shared without their consent; it is not for this platform";
const NSRL = "an NSRL list of known software: none of it is abuse material, and it is no list of what is harmless";

const BY_TEXT: [RegExp, string][] = [
  [/^[^]{4}ftyp/, "a film; nobody is asked for media"],
  [/^[^]{257}ustar/, "a TAR archive; unpack it"],
  [
    /^<!doctype html|^<html|^<head|^<\?xml[^>]*>\s*<!doctype html/i,
    "an HTML page, perhaps of a login; fetch the list itself",
  ],
  [/^<\?xml[^>]*>\s*<(\w+:)?(rdf|rss|feed)\b/i, "an XML feed"],
  [/^<[^]*<(\w+:)?(status|availableFeedbackReasons|submissionResult)[\s>]/, "an answer of NCMEC's that lists nothing"],
  [/^</, "an XML that is no NCMEC hash sharing"],
  [/^[[{][^]*"(hashRecords|hashStatus|caseNumbers)"/i, STOPNCII],
  [/^"?(signalType|hashValue)"?[,;\t][^]*hashStatus/i, STOPNCII],
  [/^"?SHA-?1"?[,;\t]"?MD5"?[,;\t]"?CRC32"?[,;\t]"?FileName"?/i, NSRL],
  [
    /^[[{][^]*"(threat_updates|privacy_type|indicator)"\s*:/,
    "ThreatExchange JSON; export it as CSV, or as lines of kind and signal",
  ],
  [/^\{[^]*"type"\s*:\s*"bundle"/, "a STIX bundle; export its hashes as a table"],
  [/^[[{][^]*"(Event|Attribute)"\s*:\s*[[{]/, "a MISP event; export its hashes as a table"],
  [/^\{[^]*"hash_digest"/, "a Tech Against Terrorism list: terrorist material; it is not for this platform"],
  [/^[[{]/, "a JSON that is no VICS"],
  [/^-----BEGIN PGP/, "an encrypted file; decrypt it"],
  [/^%%%% HASHDEEP/, "a hashdeep list; send its table as CSV"],
];
