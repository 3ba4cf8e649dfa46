import type { Condition, Where } from "@ntd/store";
import { withReports, type CaseFile } from "../cases/case.ts";
import type { ReportFacts } from "../evidence/seen.ts";
import type { Deps } from "../deps.ts";
import { isFromPolice, isRaised, riskSaid, type Link, type LinkField } from "./link.ts";
import type { Episode, Span } from "./reports-of-case.ts";

const EPISODES = 20;
const NAMED = 20;
/** Reports of victims that are named whatever comes behind, the newest. */
const VICTIMS = 5;

/** The newest cases of a target, oldest first; one more, so that the oldest of them has its beginning. */
export async function episodesOf({ cases }: Pick<Deps, "cases">, targetId: string): Promise<Episode[]> {
  const query = { where: { targetId }, orderBy: "episode", descending: true, limit: EPISODES + 1 } as const;
  const found = await cases.find(query);
  return found.toReversed().map(({ id, state }) => {
    return { caseId: id, openedTime: state.openedTime, goneTime: state.target?.goneTime };
  });
}

/**
 * A new case with the reports that wait for it, which mostly came first: one event instead of two. Where the target has
 * other cases, and for a report that comes in between, it is settled afterwards.
 */
export async function withWaitingReports(deps: Pick<Deps, "cases" | "links">, file: CaseFile): Promise<CaseFile> {
  if ((await episodesOf(deps, file.targetId)).length > 0) return file;
  const facts = await reportFacts(deps, file.targetId, { caseId: file.caseId, after: undefined, upTo: undefined });
  return withReports(file, facts, file.openedTime);
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
  const newestTime = newest[0]?.state.receivedTime;
  if (newest.length < NAMED) {
    const all = newest.map(({ state }) => state);
    const times = { newestTime, firstTime: all.at(-1)?.receivedTime };
    return { ids: all.map(({ reportId }) => reportId), count: all.length, ...saidByAny(all), ...times };
  }
  const firstOf = async (said: Where<LinkField>) =>
    (await links.find({ where: { ...where, ...said }, orderBy: "receivedTime", limit: 1 })).map(({ state }) => state);
  const [first] = await firstOf({});
  // One of each kind says as much as all of them.
  const kinds: Where<LinkField>[] = [{ raised: true }, { police: true }, { risk: "trusted" }, { risk: "said" }];
  const telling: Link[] = [];
  for (const said of kinds) telling.push(...(await firstOf(said)));
  const ofVictims = { where: { ...where, victim: true }, orderBy: "receivedTime", descending: true } as const;
  for (const { state } of await links.find({ ...ofVictims, limit: VICTIMS })) telling.push(state);
  const { count } = await links.count(where);
  const ids = namedOf(
    newest.map(({ state }) => state),
    telling.filter(({ victim, lifeAtRisk }) => victim ?? lifeAtRisk),
  );
  return { ids, newestTime, count, ...saidByAny(telling), firstTime: first?.receivedTime };
}

/** The newest, but for the last places: these are for what a child says of herself, or somebody of a danger now. */
function namedOf(newest: readonly Link[], kept: readonly Link[]): string[] {
  const byId = new Map(kept.map((link) => [link.reportId, link]));
  for (const { reportId } of newest.slice(0, NAMED - byId.size)) byId.delete(reportId);
  const last = [...byId.values()].toSorted((a, b) => b.receivedTime.getTime() - a.receivedTime.getTime());
  const others = newest.filter(({ reportId }) => !byId.has(reportId));
  return [...others.slice(0, NAMED - last.length), ...last].map(({ reportId }) => reportId);
}

function saidByAny(
  links: readonly Link[],
): Pick<ReportFacts, "raised" | "police" | "lifeAtRisk" | "victim" | "victimConsents"> {
  const risks = links.map(riskSaid);
  const lifeAtRisk = (["trusted", "said"] as const).find((said) => risks.includes(said));
  return {
    raised: links.some(isRaised),
    police: links.some(isFromPolice),
    ...(lifeAtRisk && { lifeAtRisk }),
    ...(links.some(({ victim }) => victim) && { victim: true as const }),
    ...(links.some(({ victim, consents }) => victim && consents) && { victimConsents: true as const }),
  };
}

export function isSame(a: ReportFacts, b: ReportFacts): boolean {
  const sameTimes = isAt(a.newestTime, b.newestTime) && isAt(a.firstTime, b.firstTime);
  const sameWords = a.lifeAtRisk === b.lifeAtRisk && a.victim === b.victim && a.victimConsents === b.victimConsents;
  const samePriority = a.raised === b.raised && (a.police ?? false) === (b.police ?? false) && sameWords;
  return a.count === b.count && samePriority && sameTimes && a.ids.join() === b.ids.join();
}

function isAt(a: Date | undefined, b: Date | undefined): boolean {
  return a?.getTime() === b?.getTime();
}
