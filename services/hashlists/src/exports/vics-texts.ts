import type { Collections } from "../store.ts";
import type { Tally } from "./rpc-export-release.ts";
import { recordsOf, type Wanted } from "./vics-passes.ts";
import { entriesIn, VICS_END, vicsHead, vicsText } from "./vics-record.ts";

/** A release as VICS 2.0. */
export async function* vicsTexts(
  needed: Pick<Collections, "entries">,
  wanted: Wanted,
  tally: Tally,
): AsyncGenerator<string, void, undefined> {
  yield vicsHead(wanted.scheme);
  let records = 0;
  for await (const some of recordsOf(needed, wanted, tally.leftOut)) {
    let text = "";
    for (const record of some) {
      text += `${records++ === 0 ? "" : ","}\n${vicsText(record, records)}`;
      tally.written += entriesIn(record);
    }
    yield text;
  }
  yield VICS_END;
}
