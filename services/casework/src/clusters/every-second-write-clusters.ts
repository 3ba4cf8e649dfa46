import type { LeftOut, LeftOutReason } from "@ntd/proto/casework/v1/cluster_service";
import { startLoop, tryEach, type Loop } from "@ntd/service";
import type { CaseFile } from "../cases/case.ts";
import { writeCase, type CaseWriter } from "../cases/write-case.ts";
import type { Deps } from "../deps.ts";
import { decidedWith, wasDecidedWith, withWordsOf, type Member } from "./cluster.ts";
import { isSameWork, withWorkDone, workOf, type Work } from "./star.ts";

/** Cases that are written at a time. */
const TOGETHER = 20;
const PAGE = 20;

/** Decides, case by case, what persons confirmed with decisions that others know of by now. */
export function startEverySecondWriteClusters(deps: Deps): Loop {
  return startLoop("write clusters", 1000, deps.log, (stop) => writeClusters(deps, stop));
}

export async function writeClusters(deps: CaseWriter, stop: AbortSignal = new AbortController().signal): Promise<void> {
  await tryEach(deps.cases.pages({ where: { clusterWaits: true } }, PAGE), stop, async ({ id }) => {
    const star = (await deps.cases.load(id))?.state;
    const work = star && workOf(star);
    if (star === undefined || work === undefined) return;
    const leftOut: LeftOut[] = [];
    for (let from = 0; from < work.cluster.members.length; from += TOGETHER) {
      stop.throwIfAborted();
      // What was said against the decision meanwhile is said of the list the next time: no more of it is decided.
      if (from > 0 && !(await isStill(deps, id, work))) return;
      const some = work.cluster.members.slice(from, from + TOGETHER);
      const reasons = await Promise.all(some.map((member) => write(deps, star.caseId, work, member)));
      leftOut.push(...reasons.flatMap((reason, nth) => leftOutOf(some[nth], reason)));
    }
    // Behind the members: where the decision fell in doubt meanwhile, it is said of them the next time.
    await writeCase(deps, id, (file) => file && withWorkDone(file, work, leftOut));
  });
}

async function isStill({ cases }: Pick<Deps, "cases">, starId: string, work: Work): Promise<boolean> {
  const star = (await cases.load(starId))?.state;
  return star !== undefined && isSameWork(workOf(star), work);
}

/** Writes one case of the list, and tells why it is left out; undefined where it is decided with it. */
async function write(deps: CaseWriter, starId: string, work: Work, member: Member): Promise<LeftOutReason | undefined> {
  let reason: LeftOutReason | undefined;
  await writeCase(deps, member.caseId, (file) => {
    const after = file === undefined ? "LEFT_OUT_REASON_CHANGED" : next(file, starId, work, member, deps.clock.now());
    reason = typeof after === "string" ? after : undefined;
    return typeof after === "string" ? undefined : after;
  });
  return reason;
}

function next(file: CaseFile, starId: string, work: Work, member: Member, now: Date): CaseFile | LeftOutReason {
  const { decision } = work;
  if (work.kind === "write") return decidedWith(file, { starId, decision }, member, now);
  const isOf = wasDecidedWith(file, decision.decisionId);
  return isOf ? withWordsOf(file, decision.decisionId, work.words, now) : "LEFT_OUT_REASON_IN_DOUBT";
}

function leftOutOf(member: Member | undefined, reason: LeftOutReason | undefined): LeftOut[] {
  return member === undefined || reason === undefined ? [] : [{ caseId: member.caseId, reason }];
}
