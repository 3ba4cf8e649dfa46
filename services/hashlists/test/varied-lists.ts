import { createHash } from "node:crypto";
import { HEADER } from "./bed.ts";

/** Hashes that have nothing in common, so that none of them is made of others unseen. */
function hashesOf(n: number) {
  const hex = (kind: string, digits: number) =>
    createHash("sha256").update(`${kind} ${n}`).digest("hex").slice(0, digits);
  const film = [
    [hex("frame", 64), 80, "0.000"],
    [hex("later", 64), 60, "1.500"],
  ] as const;
  return { md5: hex("md5", 32), sha1: hex("sha1", 40), sha256: hex("sha256", 64), pdq: hex("pdq", 64), film };
}
type Hashes = ReturnType<typeof hashesOf>;

const own = ({ md5, sha1, sha256, pdq, film }: Hashes, n: number) => {
  const told = `,ncmec,A1,2,"f ""${n}"", a",77`;
  const frames = film.map((frame) => frame.join(":")).join(" ");
  return `md5,${md5},${told}\nsha1,${sha1},${told}\nsha256,${sha256},${told}\npdq,${pdq},80${told}\nvpdq,${frames},${told}`;
};

const media = ({ md5, sha1, sha256, pdq }: Hashes, n: number) => ({
  MediaID: n,
  MD5: md5.toUpperCase(),
  SHA1: n % 2 === 0 ? "" : sha1.toUpperCase(),
  Category: 1 + (n % 2),
  MediaSize: `${n}`,
  Series: { Name: "x" },
  PhotoDNA: "A".repeat(192),
  AlternativeHashes: [
    { HashName: "SHA-256", HashValue: sha256 },
    { HashName: "PDQ", HashValue: pdq, MD5: md5 },
  ],
  MediaFiles: [{ MD5: md5, FileName: 'a "b".jpg', FilePath: "C:\\x" }],
});

const image = ({ md5, sha1, pdq }: Hashes, n: number) =>
  `<image><member id="${1 + (n % 2)}">M &amp; N</member><id>i${n}</id><timestamp>2017-10-24T15:00:00Z</timestamp>` +
  `<classification>B2</classification><fingerprints><md5>${md5}</md5><sha1>${sha1}</sha1><pdq>${pdq}</pdq>` +
  `<tmk-pdqf rel="self" href="/v2/entries/1/fingerprints/TMK_PDQF"/></fingerprints></image>`;

const signals = ({ md5, sha256, pdq, film }: Hashes) =>
  `pdq ${pdq}\nvideo_md5 ${md5}\nurl https://a.example/\nsha256 ${sha256}\n` +
  `vpdq ${JSON.stringify(film.map((frame) => frame.join(",")))}`;

/** Lists of every format with all that each can say: for changes that nobody thought of. */
export function variedLists(files: number): { name: string; file: Buffer }[] {
  const rows = (of: (hashes: Hashes, n: number) => string) =>
    Array.from({ length: files }, (_, n) => of(hashesOf(n), n));
  const context = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/UK/$metadata#Media";
  const vics = JSON.stringify({
    "@odata.context": context,
    value: Array.from({ length: files }, (_, n) => media(hashesOf(n), n)),
  });
  const ncmec =
    '<?xml version="1.0"?>\n<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2">' +
    `<images count="${files}" maxTimestamp="2017-10-24T15:00:00Z">${rows(image).join("\n")}</images></queryResult>`;
  const table = [
    "sep=;",
    '"Name";"SHA-256";"MD5 Hash";"PDQ";"PDQ quality";"Category";"PhotoDNA"',
    ...rows(({ md5, sha256, pdq }, n) => `"a;""b""";${sha256.toUpperCase()};"${md5}";${pdq};81;${n % 3};AAAA`),
  ].join("\r\n");
  const icse = rows(({ md5, sha1 }, n) => `"${n}";"${md5}";"${sha1}";"Name";"${n % 3 === 0 ? "No" : "Yes"}"`);
  const plain = rows(({ md5, sha1, sha256 }, n) => `${md5}  a ${n}.jpg\n${sha1},2\n# a\n${sha256}\n`);
  const kept = rows(({ pdq }, n) => `${pdq},49404340293${n + 10},2022-03-01T10:00:00+0000,"media_type_photo te"`);
  const text: [string, string][] = [
    ["LIST_FORMAT_NTD_CSV", [`${HEADER},size`, ...rows(own)].join("\n")],
    ["LIST_FORMAT_VICS_JSON", vics],
    ["LIST_FORMAT_NCMEC_XML", ncmec],
    ["LIST_FORMAT_EXAMINER_CSV", table],
    ["LIST_FORMAT_ICSE_CSV", ['"ICSE ID";"MD5";"SHA1";"Series";"Baseline"', ...icse].join("\r\n")],
    ["LIST_FORMAT_HASHES", plain.join("\n")],
    ["LIST_FORMAT_THREATEXCHANGE", rows(signals).join("\n")],
    ["LIST_FORMAT_THREATEXCHANGE as tx keeps it", kept.join("\n")],
  ];
  const all = text.map(([name, file]) => ({ name, file: Buffer.from(file) }));
  return [...all, { name: "LIST_FORMAT_EXAMINER_CSV in UTF-16", file: Buffer.from(`\uFEFF${table}`, "utf16le") }];
}
