import type { CaseView } from "@ntd/proto/casework/v1/case_service";
import type { Cli } from "../../cli/cli.ts";
import { UsageError } from "../../cli/failure.ts";
import { idBeginning, isBeginning } from "../../cli/short-ids.ts";
import { MOST_EMBEDDED, newestCases } from "./print-case.ts";

/**
 * What `--embedded` names: ids, or their beginnings, which are looked for in what the page shows; or all of that which is
 * decided illegal by now.
 *
 * @param page asked where what was typed takes it.
 */
export async function ofPage(
  cli: Cli,
  typed: string[] | undefined,
  page: () => Promise<{ case?: CaseView | undefined }>,
): Promise<{ embedded: { targetIds: string[] } } | undefined> {
  if (typed === undefined) return undefined;
  const isAll = typed.length === 1 && typed[0] === "all";
  if (!isAll && !typed.some(isBeginning)) return { embedded: { targetIds: typed } };
  const shown = (await page()).case?.case?.pageItems?.items.map(({ itemTargetId }) => itemTargetId) ?? [];
  if (isAll) return { embedded: { targetIds: await illegalOf(cli, shown) } };
  const whole = (id: string) => {
    if (!isBeginning(id)) return id;
    if (shown.some((one) => one.startsWith(id))) return idBeginning("target", id, shown);
    throw new UsageError(`nothing that the page shows begins with ${id}; case show lists what it does`);
  };
  return { embedded: { targetIds: typed.map(whole) } };
}

async function illegalOf(cli: Cli, shown: readonly string[]): Promise<string[]> {
  const cases = await newestCases(cli, shown);
  const illegal = shown.filter((targetId) => {
    const { decision, doubt } = cases.get(targetId)?.case ?? {};
    return decision?.verdict === "VERDICT_ILLEGAL" && doubt === undefined;
  });
  if (illegal.length === 0)
    throw new UsageError("nothing that the page shows is decided illegal; case show lists the case of each");
  if (illegal.length <= MOST_EMBEDDED) return illegal;
  throw new UsageError(`${illegal.length} things on the page are illegal; name ${MOST_EMBEDDED} of them at most`);
}
