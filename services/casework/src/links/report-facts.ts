import type { Condition } from "@ntd/store";
import type { ReportFacts } from "../cases/seen.ts";
import type { Deps } from "../deps.ts";
import { isFromPolice, isRaised } from "../store.ts";
import type { Episode, Span } from "./reports-of-case.ts";

const EPISODES = 20;
const NAMED = 20;

/** The newest cases of a target, oldest first; one more, so that the oldest of them has its beginning. */
export async function episodesOf({ cases }: Pick<Deps, "cases">, targetId: string): Promise<Episode[]> {
  const query = { where: { targetId }, orderBy: "episode", descending: true, limit: EPISODES + 1 } as const;
  const found = await cases.find(query);
  return found.toReversed().map(({ id, state }) => {
    return { caseId: id, openedTime: state.openedTime, goneTime: state.target?.goneTime };
  });
}

/** What the reports of a target that fall into the span add up to. */
export async function reportFacts(
  { links }: Pick<Deps, "links">,
  targetId: string,
  { after, upTo }: Span,
): Promise<ReportFacts> {
  const bounds: Condition = { ...(after && { gt: after }), ...(upTo && { lte: upTo }) };
  const where = { targetId, receivedTime: bounds };
  const newest = await links.find({ where, orderBy: "receivedTime", descending: true, limit: NAMED });
  const named = { ids: newest.map(({ state }) => state.reportId), newestTime: newest[0]?.state.receivedTime };
  if (newest.length < NAMED) {
    const raised = newest.some(({ state }) => isRaised(state));
    const police = newest.some(({ state }) => isFromPolice(state));
    return { ...named, count: newest.length, raised, police, firstTime: newest.at(-1)?.state.receivedTime };
  }
  const [first] = await links.find({ where, orderBy: "receivedTime", limit: 1 });
  const raised = await links.find({ where: { ...where, raised: true }, orderBy: "receivedTime", limit: 1 });
  const police = await links.find({ where: { ...where, police: true }, orderBy: "receivedTime", limit: 1 });
  return {
    ...named,
    count: (await links.count(where)).count,
    raised: raised.length > 0,
    police: police.length > 0,
    firstTime: first?.state.receivedTime,
  };
}

export function isSame(a: ReportFacts, b: ReportFacts): boolean {
  const sameTimes = isAt(a.newestTime, b.newestTime) && isAt(a.firstTime, b.firstTime);
  const samePriority = a.raised === b.raised && (a.police ?? false) === (b.police ?? false);
  return a.count === b.count && samePriority && sameTimes && a.ids.join() === b.ids.join();
}

function isAt(a: Date | undefined, b: Date | undefined): boolean {
  return a?.getTime() === b?.getTime();
}
