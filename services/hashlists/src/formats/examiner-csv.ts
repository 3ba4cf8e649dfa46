import type { ListFormat } from "./list-format.ts";
import { NO_SCHEME } from "./list-record.ts";
import { headerIn, readerOfTable, type ColumnWord, type TableKind } from "./table.ts";

/**
 * How examiners' programs call the columns of their tables, in English and German; kinds of hashes are known by their own
 * names. A class that is not known as one is worse than lost: what is classed as harmless would be listed.
 */
export const EXAMINER_ROLES: TableKind["roles"] = new Map(
  Object.entries({
    value: ["hash", "hashvalue", "value", "filehash", "digest", "hashdigest", "hashwert", "prufsumme", "pruefsumme"],
    kind: ["algorithm", "hashtype", "hashname", "hashalgorithm", "algo", "algorithmus", "hashtyp", "hashart"],
    quality: ["quality", "pdqquality"],
    scheme: ["scheme", "classificationscheme"],
    code: (
      "category cat categorycode viccategory vicscategory code classification class grade severity rating " +
      "kategorie kat vicskategorie klasse klassifizierung einstufung categorie categoria"
    ).split(" "),
    votes: ["votes"],
    sourceId: ["sourceid", "id", "entryid", "itemid", "mediaid", "imageid", "fileid", "objectid", "recordid"],
    size: ["size", "filesize", "sizebytes", "sizeinbytes", "filesizebytes", "mediasize", "logicalsize", "bytes"],
    revoked: ["revoked"],
    opinion: ["opinion", "verdict", "status"],
  }).flatMap(([role, names]) => names.map((name) => [name, role as ColumnWord])),
);

const KIND: TableKind = {
  roles: EXAMINER_ROLES,
  scheme: NO_SCHEME,
  codeOf: (code) => code,
  of64: "sha256",
  seeksClasses: true,
};

/** A table whose first line names its columns, in any order and with any delimiter. */
export const EXAMINER_CSV: ListFormat = {
  name: "LIST_FORMAT_EXAMINER_CSV",
  title: "a table with named columns",
  begins: (start) => headerIn(start, EXAMINER_ROLES) !== undefined,
  reader: (sink) => readerOfTable(sink, KIND),
  repeats: "first",
  isOfAbuse: false,
};
