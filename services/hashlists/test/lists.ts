import type { FormatName } from "../src/formats/list-format.ts";
import { HEADER } from "./bed.ts";
import { hashes } from "./read-list.ts";

const { md5, sha1 } = hashes;

/** The same files, by their MD5 and SHA-1, in every format. */
export function listsOf(files: number): { format: FormatName; file: string }[] {
  const rows = (of: (n: number) => string) => Array.from({ length: files }, (_, n) => of(n));
  const media = (n: number) => ({ MediaID: n, MD5: md5(n).toUpperCase(), SHA1: sha1(n), Category: 1, Series: "x" });
  const image = (n: number) =>
    `<image><member id="1">M</member><id>i${n}</id><classification>A1</classification>` +
    `<fingerprints><md5>${md5(n)}</md5><sha1>${sha1(n)}</sha1></fingerprints></image>`;
  return [
    {
      format: "LIST_FORMAT_NTD_CSV",
      file: [HEADER, ...rows((n) => `md5,${md5(n)},,,,,f${n}\nsha1,${sha1(n)},,,,,f${n}`)].join("\n"),
    },
    {
      format: "LIST_FORMAT_VICS_JSON",
      file: JSON.stringify({
        "@odata.context": "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/UK/$metadata#Media",
        value: rows(String).map((n) => media(Number(n))),
      }),
    },
    {
      format: "LIST_FORMAT_NCMEC_XML",
      file:
        '<?xml version="1.0"?>\n<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2">' +
        `<images count="${files}">${rows(image).join("\n")}</images></queryResult>`,
    },
    {
      format: "LIST_FORMAT_EXAMINER_CSV",
      file: ["sep=;", "Name;SHA1;MD5 Hash;Category", ...rows((n) => `"a;b";${sha1(n)};${md5(n)};1`)].join("\r\n"),
    },
    {
      format: "LIST_FORMAT_ICSE_CSV",
      file: ["ICSE ID;MD5;SHA1;Baseline", ...rows((n) => `${n};${md5(n)};${sha1(n)};Yes`)].join("\r\n"),
    },
    { format: "LIST_FORMAT_HASHES", file: rows((n) => `${md5(n)}\n${sha1(n)}`).join("\n") },
    { format: "LIST_FORMAT_THREATEXCHANGE", file: rows((n) => `md5 ${md5(n)}\nsha1 ${sha1(n)}`).join("\n") },
  ];
}
