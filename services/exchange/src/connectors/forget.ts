import { failpoint } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { forgetReasons } from "../feedback/known-reasons.ts";
import { everyRange } from "../mirror/delta-lines.ts";
import { dropPages } from "../pulls/pages.ts";

const AT_ONCE = 1000;

type Forgetting = Pick<Deps, "connectors" | "listed" | "pages" | "feedback" | "outlets" | "reasons">;

/** Removes what is kept of a connector. Ended anywhere, it is gone on with: the connector itself goes last. */
export async function forget(deps: Forgetting, id: string): Promise<void> {
  const { connectors, listed, feedback, outlets } = deps;
  await change(connectors, id, (state) => state && { state: { ...state, isForgotten: true as const } });
  await dropPages(deps, id);
  for (;;) {
    const query = { where: { range: everyRange(id) }, orderBy: "range", limit: AT_ONCE } as const;
    const { columns } = await listed.project(query, { id: "text" });
    if (columns.id.length === 0) break;
    await listed.remove(...columns.id);
  }
  failpoint("exchange.forgetting");
  for (;;) {
    const query = { where: { connector: id }, orderBy: "given", limit: AT_ONCE } as const;
    const { columns } = await feedback.project(query, { id: "text" });
    if (columns.id.length === 0) break;
    await feedback.remove(...columns.id);
  }
  await forgetReasons(deps, id);
  await outlets.remove(id);
  await connectors.remove(id);
}
