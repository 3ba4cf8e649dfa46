import { createHash } from "node:crypto";

/** What a list says of one file, whatever it is written in. */
export interface ListedFile {
  n: number;
  md5: string;
  sha1: string;
  pdq: string;
  quality: number;
  /** 0 to 2: which of a scheme's codes. */
  grade: number;
  votes: number;
  size: number;
}

export function listedFile(n: number): ListedFile {
  const hex = createHash("sha512").update(`${n}`).digest("hex");
  const pdq = createHash("sha256").update(`${n}`).digest("hex");
  const told = { quality: 51 + (n % 50), grade: n % 3, votes: 1 + (n % 2), size: 1000 + n };
  return { n, md5: hex.slice(0, 32), sha1: hex.slice(32, 72), pdq, ...told };
}

/** A format: how a list of files is written in it, and what of them it can say. */
export interface Written {
  name: string;
  before: (files: number) => string;
  row: (file: ListedFile) => string;
  behind: string;
  /** Of a format without votes each hash has one, and of one without qualities PDQ has 50. */
  carries: {
    votes: boolean;
    quality: boolean;
    size: boolean;
    scheme?: string;
    codes?: readonly [string, string, string];
    files: boolean;
  };
}

const OWN = ["A", "B", "C"] as const;
const NUMBERS = ["1", "2", "3"] as const;
const NCMEC = ["A1", "A2", "B1"] as const;
const codeOf = (codes: readonly string[], { grade }: ListedFile) => codes[grade] ?? "";

// With what lists have beside that, so that it is passed over.
function vicsRecord(file: ListedFile, more: object): string {
  const { n, md5, sha1, pdq, size } = file;
  const record = {
    MediaID: n + 1,
    Category: Number(codeOf(NUMBERS, file)),
    MD5: md5.toUpperCase(),
    SHA1: sha1.toUpperCase(),
    MediaSize: `${size}`,
    DateUpdated: "2023-06-07T02:31:49.8300Z",
    VictimIdentified: "false",
    ...more,
    AlternativeHashes: [{ HashName: "PDQ", HashValue: pdq }],
  };
  return `${n === 0 ? "" : ",\n"}${JSON.stringify(record)}`;
}

function ncmecImages(file: ListedFile): string {
  const { n, md5, sha1, pdq, votes } = file;
  const hashes = `<fingerprints><md5>${md5}</md5><sha1>${sha1}</sha1><pdq>${pdq}</pdq></fingerprints>`;
  const about = `<id>image${n}</id><classification>${codeOf(NCMEC, file)}</classification>${hashes}`;
  const of = (member: number) =>
    `<image><member id="${member}">Member</member><timestamp>2017-10-24T15:00:00Z</timestamp>${about}</image>\n`;
  return Array.from({ length: votes }, (_, nth) => of(nth + 1)).join("");
}

const images = (files: number) =>
  Array.from({ length: files }, (_, n) => listedFile(n).votes).reduce((a, b) => a + b, 0);
const hashesOf = ({ md5, sha1, pdq }: ListedFile) => [md5, sha1, pdq];

export const FORMATS: readonly Written[] = [
  {
    name: "ntd's own CSV",
    before: () => "algorithm,value,quality,scheme,code,votes,source_id,size\n",
    row: (file) => {
      const { n, md5, sha1, pdq, quality, votes, size } = file;
      const about = `own,${codeOf(OWN, file)},${votes},"file ${n}, as its source names it",${size}\n`;
      return `md5,${md5},,${about}sha1,${sha1},,${about}pdq,${pdq},${quality},${about}`;
    },
    behind: "",
    carries: { votes: true, quality: true, size: true, scheme: "own", codes: OWN, files: true },
  },
  {
    name: "an examiner's CSV",
    before: () => "sep=;\r\nFile Name;SHA-1;PDQ;PDQ Quality;MD5 Hash;Category;Scheme;Votes;Item ID;File Size\r\n",
    row: (file) => {
      const { n, md5, sha1, pdq, quality, votes, size } = file;
      const about = [codeOf(OWN, file), "own", votes, n, size].join(";");
      return `"a; b.jpg";${sha1.toUpperCase()};${pdq};${quality};${md5};${about}\r\n`;
    },
    behind: "",
    carries: { votes: true, quality: true, size: true, scheme: "own", codes: OWN, files: true },
  },
  {
    name: "VICS 1.3",
    before: () => '\uFEFF{"odata.metadata":"http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media","value":[\n',
    row: (file) => vicsRecord(file, { "odata.id": `Media(${file.n})`, Series: "a series" }),
    behind: "\n]}\n",
    carries: { votes: false, quality: false, size: true, scheme: "vics", codes: NUMBERS, files: true },
  },
  {
    name: "VICS 2.0",
    before: () =>
      '{"@odata.context":"http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/UK/$metadata#Media","value":[\n',
    row: (file) => vicsRecord(file, { IsDistributed: "true", Tags: "a,b" }),
    behind: "\n]}\n",
    carries: { votes: false, quality: false, size: true, scheme: "vics-uk", codes: NUMBERS, files: true },
  },
  {
    name: "NCMEC hash sharing",
    before: (files) =>
      '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' +
      '<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2">' +
      `<images count="${images(files)}" maxTimestamp="2017-10-24T15:10:00Z">\n`,
    row: ncmecImages,
    behind: "</images></queryResult>\n",
    carries: { votes: true, quality: false, size: false, scheme: "ncmec", codes: NCMEC, files: true },
  },
  {
    name: "the table that ThreatExchange keeps",
    before: () => "",
    row: (file) =>
      hashesOf(file)
        .map((value, nth) => `${value},${10_000_000_000 + 3 * file.n + nth},2023-06-07,"a b"\n`)
        .join(""),
    behind: "",
    carries: { votes: false, quality: false, size: false, files: false },
  },
  {
    name: "the table that Hasher-Matcher-Actioner keeps",
    before: () => "",
    row: (file) =>
      hashesOf(file)
        .map(
          (value, nth) =>
            `${value},${20_000_000_000 + 3 * file.n + nth},${10_000_000_000 + 3 * file.n + nth},2023-06-07,"a b"\n`,
        )
        .join(""),
    behind: "",
    carries: { votes: false, quality: false, size: false, files: false },
  },
];

/** A list as its bytes, some at a time. */
export function* bytesOf({ before, row, behind }: Written, files: number): Generator<Buffer> {
  let text = before(files);
  for (let n = 0; n < files; n++) {
    text += row(listedFile(n));
    if (text.length < PIECE) continue;
    yield Buffer.from(text);
    text = "";
  }
  yield Buffer.from(text + behind);
}

const PIECE = 60_000;
