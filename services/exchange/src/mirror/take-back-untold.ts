import { atOnce } from "@ntd/service";
import { change } from "@ntd/store";
import type { Collections } from "../store.ts";
import { everyRange, rangeKey } from "./delta-lines.ts";
import { untold } from "./listed.ts";

const PAGE = 1000;
const AT_ONCE = 64;

/**
 * Once all that a partner has was told in one range: what it told before and not again, it lists no more. It is noted as
 * taken back in this range, so that it is brought like anything else that was told. Done again it changes nothing.
 *
 * @param stop the connector is given back, or another one has it, who may have gone on to a later range.
 * @returns whether all of it is noted.
 */
export async function takeBackUntold(
  { listed }: Pick<Collections, "listed">,
  connectorId: string,
  range: string,
  stop: AbortSignal,
): Promise<boolean> {
  const key = rangeKey(connectorId, range);
  const { gte, lt } = everyRange(connectorId);
  const others = [
    { gte, lt: key },
    { gt: key, lt },
  ];
  for (const where of others) {
    for (;;) {
      if (stop.aborted) return false;
      const query = { where: { range: where }, orderBy: "range", limit: PAGE } as const;
      const { columns } = await listed.project(query, { id: "text" });
      if (columns.id.length === 0) break;
      await atOnce(columns.id, AT_ONCE, async (id) => {
        await change(listed, id, (state) => {
          return state === undefined || state.range === range ? undefined : { state: untold(state, range) };
        });
      });
    }
  }
  return true;
}
