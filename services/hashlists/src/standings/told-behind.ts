import type { HashSetState } from "../sets/hash-set.ts";
import type { Collections } from "../store.ts";
import { counterKey } from "../sets/counter-key.ts";
import { afterTold, type EntryOpinionsState } from "../opinions/entry-opinions.ts";
import type { Told } from "./standing.ts";
import { unpacked } from "./told-standings.ts";

const PAGE = 200;

/** Of an entry all that was told of how it stands, the newest last. */
export interface ToldOf {
  entryId: string;
  told: readonly Told[];
}

/** The entries of a set of which something was told behind a counter: all that was up to the set's own, perhaps more. */
export async function* toldBehind(
  { opinions }: Pick<Collections, "opinions">,
  { setId, lastStandings }: Pick<HashSetState, "setId" | "lastStandings">,
  after: number,
): AsyncGenerator<ToldOf[], void, undefined> {
  // What the set told last its entries may not have noted yet.
  const isNewer = lastStandings !== undefined && lastStandings.counter > after;
  const last: Map<string, Told> = isNewer ? unpacked(lastStandings) : new Map();
  const where = { toldAt: { gt: counterKey(setId, after), lt: counterKey(setId, Number.MAX_SAFE_INTEGER) } };
  for await (const page of opinions.pages({ where, orderBy: "toldAt" }, PAGE)) {
    yield page.map(({ state }) => withLast(state, last));
    for (const { id } of page) last.delete(id);
  }
  for (const entryId of last.keys()) {
    const found = await opinions.load(entryId);
    if (found !== undefined) yield [withLast(found.state, last)];
  }
}

function withLast(of: EntryOpinionsState, last: ReadonlyMap<string, Told>): ToldOf {
  const told = last.get(of.entryId);
  return { entryId: of.entryId, told: ((told && afterTold(of, told)) ?? of).told };
}
