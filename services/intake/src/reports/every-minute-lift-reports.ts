import { eventOf, nouns } from "@ntd/bus";
import { startLoop, tryEach, type Logger, type Loop } from "@ntd/service";
import type { Document } from "@ntd/store";
import type { Deps } from "../deps.ts";
import type { Alias } from "./alias.ts";
import { aliasOf, ownTargetId } from "./former-target.ts";
import { toReport } from "./publish.ts";
import type { StoredReport, StoredTarget } from "../store.ts";

const PAGE = 100;

type LiftingDeps = Pick<Deps, "reports" | "aliases" | "sealer" | "targetKey" | "clock">;

/**
 * Sees anew which targets the addresses are that release 0.2 stored. One that version 1 of the canonicaliser merged with
 * the address that is fetched was never looked at: its report is told again, with a target of its own in that one's
 * place, and so it is due at once. Each minute, since that release may be run again in between, and the prober may say
 * later which address it fetches.
 */
export function startLifting(deps: LiftingDeps & { log: Logger }): Loop {
  return startLoop("lift reports", 60_000, deps.log, (stop) => liftReports(deps, stop));
}

export async function liftReports(deps: LiftingDeps, stop: AbortSignal): Promise<void> {
  await tryEach(deps.reports.pages({ where: { isFormer: true } }, PAGE), stop, (report) => lift(deps, report));
  const contradicted = deps.aliases.pages({ where: { isContradicted: true } }, PAGE);
  await tryEach(contradicted, stop, (alias) => partAgain(deps, alias, stop));
}

/** The aliases are there before the report counts as lifted. If somebody else lifted it, that is as good. */
async function lift(deps: LiftingDeps, report: Document<StoredReport>): Promise<void> {
  const { id, state } = report;
  const targets: StoredTarget[] = [];
  for (const target of state.targets) targets.push(await parted(deps, state, target));
  const lifted: StoredReport = { ...state, schemaVersion: 2, targets };
  const isSame = targets.every(({ targetId }, i) => targetId === state.targets[i]?.targetId);
  if (isSame && state.schemaVersion === 2) return;
  const told = () => eventOf(nouns.report, "parted", id, toReport(id, lifted, deps.targetKey), deps.clock.now());
  await deps.reports.save(report, lifted, isSame ? undefined : told());
}

async function parted(
  deps: LiftingDeps,
  { schemaVersion }: StoredReport,
  { isFormer, ...target }: StoredTarget,
): Promise<StoredTarget> {
  if (schemaVersion === 2 && isFormer === undefined) return target;
  const alias = await aliasOf(deps, target.targetId);
  const own = ownTargetId(deps, target.address);
  const isKept = own === undefined || own === alias?.fetched;
  return isKept ? { ...target, isFormer: true } : { ...target, targetId: own };
}

/** The prober fetches another address than was thought: the one that was thought to be fetched is not looked at. */
async function partAgain(deps: LiftingDeps, { id, version, state }: Document<Alias>, stop: AbortSignal): Promise<void> {
  const joined = deps.reports.pages({ where: { formerTarget: id } }, PAGE);
  await tryEach(joined, stop, (report) => lift(deps, report));
  const { isContradicted: _, ...settled } = state;
  if (!stop.aborted) await deps.aliases.save({ id, version, state }, settled);
}
