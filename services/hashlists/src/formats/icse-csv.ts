import { EXAMINER_ROLES } from "./examiner-csv.ts";
import type { ListFormat } from "./list-format.ts";
import { plainName } from "./list-record.ts";
import { headerIn, readerOfTable, type TableKind } from "./table.ts";

// That a picture is not of the baseline says nothing of what else it is.
const BASELINE = new Map([
  ...["yes", "y", "true", "1"].map((word) => [word, "BASELINE"] as const),
  ...["no", "n", "false", "0"].map((word) => [word, ""] as const),
  ...["nationallyillegal", "national"].map((word) => [word, "NATIONAL"] as const),
]);

const KIND: TableKind = {
  roles: new Map([
    // Other columns of classes are each country's own.
    ...[...EXAMINER_ROLES].filter(([, role]) => role !== "code"),
    ["icseid", "sourceId"],
    ["baseline", "code"],
    ["baselinecategory", "code"],
  ]),
  scheme: "interpol-baseline",
  codeOf: (code) => BASELINE.get(plainName(code)) ?? code,
  of64: "sha256",
};

/**
 * An export in the manner of ICSE: a table that says of each picture whether it is of INTERPOL's baseline. Series and what
 * is known of victims are not kept.
 */
export const ICSE_CSV: ListFormat = {
  name: "LIST_FORMAT_ICSE_CSV",
  title: "an ICSE export",
  begins: (start) => headerIn(start, KIND.roles)?.columns.some(isOfIcse) === true,
  reader: (sink) => readerOfTable(sink, KIND),
  repeats: "first",
  isOfAbuse: true,
};

function isOfIcse({ name }: { name: string }): boolean {
  const plain = plainName(name);
  return plain.startsWith("icse") || plain.startsWith("baseline");
}
