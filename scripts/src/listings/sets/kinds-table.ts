import { Algorithm, type Classification } from "@ntd/proto/common/v1/common";
import type { KindComparison } from "@ntd/proto/hashlists/v1/hash_list_service";
import { table } from "../../cli/output.ts";
import { wordOf } from "../../cli/words.ts";

/** "iwf A" */
export function classWord(classification: Classification | undefined): string {
  const { scheme = "", code = "" } = classification ?? {};
  return `${scheme} ${code}`.trim();
}

/** What lies between two releases, by algorithm and class. */
export function kindsTable(kinds: readonly KindComparison[]): string {
  const rows = kinds.map(({ algorithm, classification, added, removed, changed }) => {
    return [wordOf(Algorithm, algorithm), classWord(classification), added, removed, changed];
  });
  return table(["algorithm", "class", "new", "removed", "changed"], rows);
}
