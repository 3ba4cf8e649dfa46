import { change, type Condition } from "@ntd/store";
import { withReports, type ReportFacts } from "../cases/case.ts";
import type { Casework } from "../casework.ts";
import { caseOfReport, type Episode } from "./episode-of-report.ts";
import { writeCase } from "../cases/write-case.ts";

type Settling = Pick<Casework, "cases" | "links" | "clock">;

/**
 * Puts each report of a target into the case that it belongs to and tells the cases what their links add up to. Called
 * after the caller has written its own document; all of it may be repeated.
 */
export async function settleReports(casework: Settling, targetId: string): Promise<void> {
  const episodes = await episodesOf(casework, targetId);
  if (episodes.length === 0) return;
  for (const where of misplaced(episodes)) await moveLinks(casework, { targetId, ...where }, episodes);
  for (const { caseId } of episodes) {
    await writeCase(casework, caseId, async (file) => {
      if (file === undefined) return undefined;
      const facts = await reportFacts(casework, caseId);
      return isEqual(facts, file.reports) ? file : withReports(file, facts, casework.clock.now());
    });
  }
}

const EPISODES = 20;
const PAGE = 100;
const NAMED = 20;

/** The newest cases of a target, oldest first. */
async function episodesOf({ cases }: Settling, targetId: string): Promise<Episode[]> {
  const found = await cases.find({ where: { targetId }, orderBy: "episode", descending: true, limit: EPISODES });
  return found.toReversed().map(({ id, state }) => ({ caseId: id, goneTime: state.target?.goneTime }));
}

type Where = { caseId: string; receivedTime?: Condition };

// Those without a case first: whoever gives them one meanwhile is corrected by the queries that follow.
function misplaced(episodes: readonly Episode[]): Where[] {
  const wheres: Where[] = [{ caseId: "" }];
  for (const [index, { caseId, goneTime }] of episodes.entries()) {
    const next = episodes[index + 1];
    if (next === undefined || goneTime === undefined) continue;
    wheres.push({ caseId, receivedTime: { gt: goneTime } }, { caseId: next.caseId, receivedTime: { lte: goneTime } });
  }
  return wheres;
}

async function moveLinks({ links }: Settling, where: Where & { targetId: string }, episodes: Episode[]): Promise<void> {
  for (let after: { id: string; value: Date } | undefined; ;) {
    const page = await links.find({ where, orderBy: "receivedTime", limit: PAGE, ...(after && { after }) });
    for (const { id } of page) {
      await change(links, id, (link) => {
        const caseId = link && caseOfReport(link, episodes);
        return link === undefined || caseId === undefined || caseId === link.caseId
          ? undefined
          : { state: { ...link, caseId } };
      });
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = { id: last.id, value: last.state.receivedTime };
  }
}

async function reportFacts({ links }: Settling, caseId: string): Promise<ReportFacts> {
  const where = { caseId };
  const newest = await links.find({ where, orderBy: "receivedTime", descending: true, limit: NAMED });
  return {
    count: newest.length < NAMED ? newest.length : (await links.count(where)).count,
    ids: newest.map(({ state }) => state.reportId),
    raised: (await links.count({ caseId, raised: true })).count > 0,
    newestTime: newest[0]?.state.receivedTime,
  };
}

function isEqual(a: ReportFacts, b: ReportFacts): boolean {
  const sameTime = a.newestTime?.getTime() === b.newestTime?.getTime();
  return a.count === b.count && a.raised === b.raised && sameTime && a.ids.join() === b.ids.join();
}
