import type { RevocationCause } from "@ntd/proto/common/v1/common";
import { idKeys } from "../entries/entry-id.ts";
import { causesIn } from "../revoked/causes.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import type { Collections } from "../store.ts";
import { slicesOf, type Viewed } from "../views/release-entries.ts";
import { rowsAt } from "../chunks/chunk-columns.ts";
import { csvHeader, csvLine } from "./csv-lines.ts";
import type { Tally } from "./rpc-export-release.ts";

type Needed = Pick<Collections, "sets" | "entries" | "revocations" | "revoked" | "packedSteps">;

export interface CsvWanted {
  set: HashSetState;
  release: Viewed;
  /** What was taken back as lines that take it back; else it is left out. */
  withRevoked: boolean;
}

/** A release as a list of ours. */
export async function* csvTexts(
  needed: Needed,
  { set, release, withRevoked }: CsvWanted,
  tally: Tally,
): AsyncGenerator<string, void, undefined> {
  const causes = await causesIn(needed, set, 0);
  yield csvHeader(withRevoked);
  let [bucket, causeOf] = [-1, (_key: string): RevocationCause | undefined => undefined];
  for await (const { chunk } of slicesOf(needed, release)) {
    if (chunk.bucket !== bucket) [bucket, causeOf] = [chunk.bucket, causes.in(chunk.bucket)];
    const rowAt = rowsAt(chunk);
    let text = "";
    for (const [i, key] of idKeys(chunk.ids).entries()) {
      const cause = causeOf(key);
      if (cause !== undefined && !withRevoked) continue;
      text += csvLine(rowAt(i), withRevoked, cause);
      if (cause === undefined) tally.written++;
      else tally.revokedWritten++;
    }
    yield text;
  }
}
