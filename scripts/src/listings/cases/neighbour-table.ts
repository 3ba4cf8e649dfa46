import { ClassificationRelation, type Classification, type ClassificationNeighbour } from "@ntd/proto/common/v1/common";
import { table } from "../../cli/output.ts";
import { wordOf } from "../../cli/words.ts";

/** What codes of other schemes say beside some, what that loses, and who says so. */
export function neighbourTable(neighbours: readonly ClassificationNeighbour[], nothing = ""): string {
  const rows = neighbours.map(({ of, neighbour, relation, loses, source, unverified }) => [
    codeText(of),
    codeText(neighbour),
    wordOf(ClassificationRelation, relation),
    loses.join(", "),
    source,
    unverified ?? "",
  ]);
  return table(["code", "beside it", "is", "does not tell", "says", "not verified"], rows, nothing);
}

/** As it is typed. */
export function codeText(code: Classification | undefined): string {
  return code === undefined ? "" : `${code.scheme}:${code.version}:${code.code}`;
}
