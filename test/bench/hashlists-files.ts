import { createHash } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { HEADER } from "./hashlists-list.ts";

export const FORMATS = ["ntd-csv", "vics-json", "ncmec-xml"] as const;
export type Format = (typeof FORMATS)[number];

/** A listed file's hashes: what each of the formats can say of it. */
type Hashes = [kind: "md5" | "sha1" | "pdq", value: string][];
const OF_A_FILE = 3;

function hashesOf(n: number, count: number): Hashes {
  const hex = createHash("sha512").update(`${n}`).digest("hex");
  const pdq = createHash("sha256").update(`${n}`).digest("hex");
  const all: Hashes = [
    ["md5", hex.slice(0, 32)],
    ["sha1", hex.slice(32, 72)],
    ["pdq", pdq],
  ];
  return all.slice(0, count);
}

// With what distributed lists have beside the hashes, so that a parser has to pass over it.
const RECORDS: Record<Format, (n: number, hashes: Hashes) => string> = {
  "ntd-csv": (n, hashes) =>
    hashes.map(([kind, value]) => `${kind},${value},${kind === "pdq" ? 50 : ""},iwf,A,1,case-${n}\n`).join(""),
  "vics-json": (n, hashes) => {
    const { md5, sha1, pdq } = Object.fromEntries(hashes) as Partial<Record<Hashes[0][0], string>>;
    return `${n === 0 ? "" : ",\n"}${JSON.stringify({
      MediaID: n + 1,
      Category: 1,
      MD5: md5?.toUpperCase(),
      ...(sha1 !== undefined && { SHA1: sha1.toUpperCase() }),
      MediaSize: "48812",
      DateUpdated: "2023-06-07T02:31:49.8300Z",
      VictimIdentified: "false",
      IsDistributed: true,
      ...(pdq !== undefined && { AlternativeHashes: [{ HashName: "PDQ", HashValue: pdq }] }),
    })}`;
  },
  "ncmec-xml": (n, hashes) =>
    `<image><member id="42">Example Member</member><timestamp>2017-10-24T15:00:00Z</timestamp><id>image${n}</id>` +
    `<classification>A1</classification><fingerprints>${hashes.map(([kind, value]) => `<${kind}>${value}</${kind}>`).join("")}</fingerprints></image>\n`,
};

const AROUND: Record<Format, (files: number) => [before: string, behind: string]> = {
  "ntd-csv": () => [HEADER, ""],
  "vics-json": () => [
    '{"@odata.context":"http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/UK/$metadata#Media","value":[\n',
    "\n]}\n",
  ],
  "ncmec-xml": (files) => [
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' +
      '<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2">' +
      `<images count="${files}" maxTimestamp="2017-10-24T15:10:00Z">\n`,
    "</images></queryResult>\n",
  ],
};

/** The same hashes in each format: `rows` of them, MD5, SHA-1 and PDQ of one file after the other. */
export async function writeFormat(path: string, format: Format, rows: number): Promise<void> {
  const files = Math.ceil(rows / OF_A_FILE);
  const [before, behind] = AROUND[format](files);
  const out = createWriteStream(path);
  out.write(before);
  for (let n = 0; n < files; n += 1000) {
    const some = Array.from({ length: Math.min(1000, files - n) }, (_, i) =>
      RECORDS[format](n + i, hashesOf(n + i, Math.min(OF_A_FILE, rows - (n + i) * OF_A_FILE))),
    );
    if (!out.write(some.join(""))) await once(out, "drain");
  }
  out.end(behind);
  await once(out, "close");
}

/** The hash that stands last in the file. */
export function lastHash(rows: number): string {
  const n = Math.ceil(rows / OF_A_FILE) - 1;
  const [kind, value] = hashesOf(n, rows - n * OF_A_FILE).at(-1) ?? ["md5", ""];
  return `${kind}:${value}`;
}
